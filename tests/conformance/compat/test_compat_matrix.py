"""A registry's compatibility matrix: where we agree, and every row where we do not, with the reason."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.compat import reasons
from sluice.contract.stream import Compatibility

HERE = Path(__file__).parent
ROWS = [json.loads(line) for line in (HERE / "jsonschema.jsonl").read_text().splitlines()]
EXCEPTIONS: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "exceptions.yaml").read_text())


def compatible(row: dict[str, Any]) -> bool:
    return reasons(Compatibility.BACKWARD, row["writer"], row["reader"]) == ()


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_row_is_answered_as_upstream_does_or_by_a_named_exception(row: dict[str, Any]) -> None:
    expected = EXCEPTIONS[row["id"]]["compatible"] if row["id"] in EXCEPTIONS else row["reader_can_read_writer"]
    assert compatible(row) == expected


def test_nothing_with_a_counterexample_is_called_compatible() -> None:
    assert [row["id"] for row in ROWS if row["has_counterexample"] and compatible(row)] == []


def test_every_exception_is_one() -> None:
    labels = {row["id"]: row["reader_can_read_writer"] for row in ROWS}
    assert [name for name, entry in EXCEPTIONS.items() if entry["compatible"] == labels[name]] == []


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_forward_is_backward_with_the_roles_exchanged(row: dict[str, Any]) -> None:
    forward = reasons(Compatibility.FORWARD, row["reader"], row["writer"])
    assert (forward == ()) == compatible(row)
