"""Every logical type and option: what it compiles to, or the problem that says why not."""

from typing import Any

from compile_cases import COMPILED, REFUSED, compiled, contract_with, named


@named([case for case in COMPILED if "schema" in case])
def test_a_property_compiles_to_its_schema(case: dict[str, Any]) -> None:
    assert compiled(case)["properties"]["f"] == case["schema"]


@named(COMPILED)
def test_bounds_in_time_become_rules(case: dict[str, Any]) -> None:
    assert [rule["id"] for rule in compiled(case)["x-sluice"]["rules"]] == case.get("rules", [])


@named(REFUSED)
def test_what_no_schema_can_say_is_a_problem(case: dict[str, Any]) -> None:
    assert [problem.code for problem in contract_with(case["property"]).problems] == [case["problem"]]
