"""The JSON-Schema-Test-Suite, draft 7, through the gate: every required test, none left out."""

import json
from pathlib import Path
from typing import Any

import pytest

from sluice.verdict.gate import Topics
from sluice.verdict.load import foreign_gate
from sluice.verdict.model import ContractVersion, Record, Valid

HERE = Path(__file__).parent
TOPICS = Topics(raw="suite.raw", validated="suite.validated", dead_letter="suite.dead-letter")
SUITE = ContractVersion(id="suite", version="1")
OTHER_DRAFTS = ("/draft4/", "/draft6/", "/draft2019-09/", "/draft2020-12/")


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


REMOTES = {
    remote["uri"]: remote["schema"]
    for remote in lines_of("remotes.jsonl")
    if not any(draft in remote["uri"] for draft in OTHER_DRAFTS)
}
GROUPS = [group for group in lines_of("draft7.jsonl") if group["set"] == "required"]


def test_the_suite_is_whole() -> None:
    assert sum(len(group["tests"]) for group in GROUPS) == 927


@pytest.mark.parametrize("group", GROUPS, ids=[group["id"] for group in GROUPS])
def test_the_gate_agrees_with_the_suite(group: dict[str, Any]) -> None:
    schema = group["schema"]
    if isinstance(schema, dict):
        schema = {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
    gate = foreign_gate(json.dumps(schema), contract=SUITE, topics=TOPICS, references=REMOTES)
    for test in group["tests"]:
        value = json.dumps(test["data"]).encode()
        judged = isinstance(gate.judge(Record(topic="suite.raw", value=value)), Valid)
        assert judged == test["valid"], test["description"]
        assert gate.accepts(value, None) == test["valid"], test["description"]
