"""Debezium's own published events: which row each asks to judge, and what is no row."""

import json
from pathlib import Path
from typing import Any

import pytest

from sluice.verdict.cdc import change_of

EVENTS = [json.loads(line) for line in (Path(__file__).parent / "events.jsonl").read_text("utf-8").splitlines()]
ROLES = {role: [event for event in EVENTS if event["role"] == role] for role in {event["role"] for event in EVENTS}}
CONTROLS = {"t": "truncate", "m": "message"}


def ids(events: list[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


def test_every_published_event_is_here() -> None:
    assert {role: len(events) for role, events in ROLES.items()} == {
        "envelope": 35,
        "key": 5,
        "schema-change": 1,
        "tombstone": 1,
    }


@pytest.mark.parametrize("event", ROLES["envelope"], ids=ids(ROLES["envelope"]))
def test_the_row_that_is_judged(event: dict[str, Any]) -> None:
    change = change_of(event["document"], before_is_full=False)
    op = event["expected"]["op"]
    assert (change.fault, change.op) == ("", op)
    assert change.control == CONTROLS.get(op, "")
    if op in "cru":
        body = event["document"].get("payload", event["document"])
        assert [row.row for row in change.rows] == [
            {name: value for name, value in body["after"].items() if value != "__debezium-unavailable-value"}
        ]
    else:
        assert change.rows == ()


@pytest.mark.parametrize("event", ROLES["schema-change"] + ROLES["tombstone"], ids=["schema-change", "tombstone"])
def test_what_is_no_row(event: dict[str, Any]) -> None:
    change = change_of(event["document"], before_is_full=True)
    assert (change.fault, change.rows) == ("", ())
    assert change.tombstone == (event["role"] == "tombstone")
    assert change.control == ("" if change.tombstone else "schema-change")
