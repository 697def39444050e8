"""A text that is no contract is refused with the reason, whatever is odd about it."""

import json
from functools import reduce
from typing import Any

import pytest

from sluice.verdict.annotation import NotAContract
from sluice.verdict.load import load_gate
from tests.unit.verdict.test_properties import ANNOTATION, SCHEMA


def within(schema: dict[str, Any], _: int) -> dict[str, Any]:
    return {"items": schema}


CDC = {**ANNOTATION, "source": "cdc", "classified": []}
ODD: dict[str, Any] = {
    "no JSON": "{",
    "a lone surrogate": '"\ud800"',
    "no object": "[]",
    "no annotation": json.dumps({"type": "object"}),
    "an annotation that is none": json.dumps({**SCHEMA, "x-sluice": []}),
    "an unknown format": json.dumps({**SCHEMA, "x-sluice": {**ANNOTATION, "format": 2}}),
    "a primary key that is the record": json.dumps({**SCHEMA, "x-sluice": {**CDC, "primaryKey": [""]}}),
    "a primary key that is no field": json.dumps({**SCHEMA, "x-sluice": {**CDC, "primaryKey": ["/nothing"]}}),
    "a pattern that backtracks": json.dumps({**SCHEMA, "properties": {"id": {"pattern": "(?=a)"}}}),
    "a schema that is too deep": json.dumps({**SCHEMA, "properties": {"id": reduce(within, range(300), {})}}),
    "a rule without fields": json.dumps(
        {
            **SCHEMA,
            "x-sluice": {**ANNOTATION, "rules": [{"id": "a", "cel": "this.nothing > 0"}]},
        }
    ),
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_is_no_contract_is_refused_with_the_subject_and_the_reason(text: str) -> None:
    with pytest.raises(NotAContract, match=r"^subject r-contract: ."):
        load_gate(text, "r-contract")


def test_a_primary_key_needs_no_declared_draft() -> None:
    schema = {word: part for word, part in SCHEMA.items() if word != "$schema"}
    assert load_gate(json.dumps({**schema, "x-sluice": {**CDC, "primaryKey": ["/id"]}}), "s").key_engine is not None
