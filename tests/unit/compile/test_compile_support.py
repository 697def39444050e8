"""Problems that need more than one property: the names of rules beside the ids that the schema makes."""

from pathlib import Path

import pytest

from sluice.contract.read import lint

SOURCE = Path(__file__).parents[3] / "contracts/travel/flights.odcs.yaml"


@pytest.mark.parametrize("name", ["dep_time.maximum", "record.unknown", "carrier.required"])
def test_a_rule_named_like_a_rule_of_the_schema_is_ambiguous(name: str) -> None:
    text = SOURCE.read_text().replace("name: arrival_knows_its_delay", f"name: {name}")
    contract, problems = lint(text.encode(), "flights.odcs.yaml")
    assert contract is None
    assert [problem.code for problem in problems] == ["ambiguous-rule-id"]
    assert problems[0].message.startswith(f"'{name}'")


@pytest.mark.parametrize("name", ["dep_time.late", "nobody.maximum", "maximum"])
def test_another_name_is_fine(name: str) -> None:
    text = SOURCE.read_text().replace("name: arrival_knows_its_delay", f"name: {name}")
    assert lint(text.encode(), "flights.odcs.yaml").problems == ()
