"""What is refused when a rule is checked, and in which words."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.cel.check import CheckedRule, check
from sluice.cel.problem import CelProblem

TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "refusals.yaml").read_text())
SCHEMA: Mapping[str, Any] = TABLE["schema"]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["cel"])
def test_a_refusal_names_the_place_the_fault_and_the_way_out(case: dict[str, Any]) -> None:
    line, column = map(int, case["at"].split(":")) if case["at"] else (None, None)
    problem = CelProblem(message=case["message"], way_out=case["way_out"], line=line, column=column)
    assert check(case["cel"], SCHEMA) == problem


def test_names_that_differ_only_in_letters_cel_has_not_are_two_fields() -> None:
    row = {"a_b": "plain", "a.b": "dotted", "a-b": "undeclared"}
    assert _compiled("this.a_b == 'plain'")(row)
    assert _compiled("this.`a.b` == 'dotted' && this.a_b == 'plain'")(row)
    assert isinstance(check("this.`a-b` == 'undeclared'", SCHEMA), CelProblem)


def test_a_key_of_a_map_in_backticks_is_taken_as_it_is_written() -> None:
    rule = _compiled("has(this.labels.`x-y`) && this.labels.`order-id` == 'a' && this.`order-id` == 'b'")
    assert rule({"labels": {"x-y": "1", "order-id": "a"}, "order-id": "b"})
    assert not rule({"labels": {"x_y": "1", "order-id": "a", "order_id": "a"}, "order-id": "b"})


def test_a_stand_in_never_meets_a_name_that_the_rule_uses() -> None:
    problem = check("this.labels.order_id == 'a' && this.`order-id` == 'b'", SCHEMA)
    assert problem == CelProblem(message="one rule cannot name both 'order_id' and 'order-id'")


def test_a_name_outside_of_ascii_is_written_in_backticks() -> None:
    assert _compiled("this.`größe` > 1")({"größe": 2})


def test_backticks_inside_of_a_string_or_a_comment_stay_as_they_are() -> None:
    rule = _compiled("this.name == 'a`b-c`' || this.name == r'\\`d-e`' // `f-g`")
    assert [rule({"name": name}) for name in ("a`b-c`", "\\`d-e`", "a`b_c`")] == [True, True, False]


def _compiled(source: str) -> Callable[[Any], bool]:
    rule = check(source, SCHEMA)
    assert isinstance(rule, CheckedRule), rule
    return rule.compile()
