"""The table of cases, and a contract around each of its properties."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.compile.rules import rules_schema
from sluice.contract.read import Reading, lint
from sluice.verdict.model import Record

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("types.yaml").read_text())
COMPILED = [case for case in CASES if "problem" not in case]
REFUSED = [case for case in CASES if "problem" in case]


def contract_with(field: dict[str, Any]) -> Reading:
    """A contract with one object of one field, as an author would write it."""
    stream = {"raw": "t.raw", "deadLetter": "t.dead-letter", "unknownFields": "reject"}
    document = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "t",
        "version": "1.0.0",
        "status": "active",
        "team": {"name": "t", "members": [{"username": "t@example.com"}]},
        "support": [{"channel": "#t"}],
        "schema": [
            {
                "name": "row",
                "physicalName": "t.validated",
                "physicalType": "topic",
                "logicalType": "object",
                "properties": [{"name": "f"} | field],
                "customProperties": [{"vendor": "sluice", "property": "stream", "value": stream}],
            }
        ],
    }
    return lint(json.dumps(document).encode(), "t.odcs.yaml")


def compiled(case: dict[str, Any]) -> dict[str, Any]:
    contract, told = contract_with(case["property"])
    assert told == ()
    assert contract is not None
    return rules_schema(contract, contract.objects[0])


def record(case: dict[str, Any], value: Any) -> Record:
    name = case["property"].get("name", "f")
    body = {} if isinstance(value, dict) and value.get("absent") is True else {name: value}
    return Record(topic="t.raw", value=json.dumps(body).encode())


def named(cases: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
