"""The standard's own examples parse, and its own negative tests are refused for the reason that their names state."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.contract.model import Contract
from sluice.contract.read import lint, parse

HERE = Path(__file__).parent
CASES = [json.loads(line) for line in (HERE / "cases.jsonl").read_text().splitlines()]
EXAMPLES = [case for case in CASES if case["kind"] == "example"]
NEGATIVES = [case for case in CASES if case["kind"] == "negative"]
REASONS = yaml.safe_load((HERE / "reasons.yaml").read_text())


def named(case: dict[str, Any]) -> str:
    return str(case["id"])


@pytest.mark.parametrize("case", EXAMPLES, ids=named)
def test_an_official_example_parses(case: dict[str, Any]) -> None:
    contract = parse(case["yaml"].encode(), f"{case['id']}.odcs.yaml")

    assert isinstance(contract, Contract), "\n".join(map(str, contract))
    assert contract.id


@pytest.mark.parametrize("case", NEGATIVES, ids=named)
def test_an_official_negative_is_refused_for_its_reason_and_no_other(case: dict[str, Any]) -> None:
    reading = lint(case["yaml"].encode(), f"{case['id']}.odcs.yaml")
    reason = REASONS[case["id"].removeprefix("negative/")]

    assert reading.contract is None
    assert sorted(problem.code for problem in reading.problems) == sorted(reason["codes"])
    assert any(reason["says"] in problem.message for problem in reading.problems)


def test_all_official_cases_are_here() -> None:
    assert (len(EXAMPLES), len(NEGATIVES)) == (46, 28)
