"""What holds for every record, whatever it is."""

import json
from copy import deepcopy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.envelope.dead_letter import verdict_fields
from sluice.verdict.gate import Gate
from sluice.verdict.load import load_gate
from sluice.verdict.model import Invalid, Record, Valid

pytestmark = pytest.mark.thorough

ANNOTATION: dict[str, Any] = {
    "format": 1,
    "contract": "people",
    "version": "1.0.0",
    "object": "person",
    "encoding": "auto",
    "source": "direct",
    "replicaIdentityFull": False,
    "raw": "p.raw",
    "validated": "p.validated",
    "deadLetter": "p.dead-letter",
    "eventTime": None,
    "tombstones": "reject",
    "unknownFields": "reject",
    "producerHeader": None,
    "primaryKey": [],
    "classified": ["/secret", "/inner/token", "/cards/*/number"],
    "enforce": {"default": "on", "producers": {}},
    "observed": [],
    "rules": [],
}
SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "x-sluice": ANNOTATION,
    "type": "object",
    "properties": {
        "id": {"type": "integer", "minimum": 0, "maximum": 99},
        "secret": {"type": ["string", "null"], "pattern": "^[0-9]{3}$", "maxLength": 3},
        "inner": {
            "type": ["object", "null"],
            "properties": {"token": {"type": "string", "enum": ["t1", "t2"]}},
            "additionalProperties": False,
        },
        "cards": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"number": {"type": ["integer", "string"], "minimum": 10, "maximum": 20}},
                "additionalProperties": False,
            },
        },
        "notes": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
    },
    "required": ["id"],
    "additionalProperties": False,
}


def gate_of(schema: dict[str, Any], **annotation: Any) -> Gate:
    return load_gate(json.dumps({**schema, "x-sluice": {**ANNOTATION, **annotation}}), "p.raw-contract")


GATE = gate_of(SCHEMA)
secrets = st.text("QXZJ", min_size=12, max_size=16)  # long and odd enough to stand nowhere by chance
small = st.one_of(st.none(), st.booleans(), st.integers(-5, 120), st.text(max_size=4))
rows = st.fixed_dictionaries(
    {},
    optional={
        "id": small,
        "secret": st.one_of(secrets, small, st.dictionaries(secrets, secrets, max_size=2)),
        "inner": st.one_of(small, secrets, st.fixed_dictionaries({"token": st.one_of(secrets, st.lists(secrets))})),
        "cards": st.one_of(
            secrets,
            st.lists(
                st.one_of(small, secrets, st.fixed_dictionaries({"number": st.one_of(secrets, small)})), max_size=3
            ),
        ),
        "notes": st.one_of(small, st.dictionaries(st.text(max_size=3), small, max_size=3)),
        "extra": small,
        "e~x/t": small,
    },
)


def scalars_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {str(key) for key in value} | {one for part in value.values() for one in scalars_of(part)}
    if isinstance(value, list):
        return {one for part in value for one in scalars_of(part)}
    return {str(value)}


def judged(row: Any, gate: Gate = GATE) -> Any:
    return gate.judge(Record(topic="p.raw", value=json.dumps(row).encode()))


@settings(max_examples=1000, deadline=None)
@given(row=rows, leak=st.booleans())
def test_no_classified_value_leaves(row: dict[str, Any], leak: bool) -> None:
    written = deepcopy(row)
    hidden = {secret for secret in scalars_of(row) if len(secret) >= 12}
    if leak:
        written.update({f"n_{secret}": 1 for secret in hidden})
    verdict = judged(written)
    assert isinstance(verdict, (Valid, Invalid))
    told = orjson.dumps({"repr": repr(verdict)}).decode()
    if isinstance(verdict, Invalid):
        told += verdict_fields(verdict, b"")
    assert not [secret for secret in hidden if secret in told]


@settings(max_examples=1000, deadline=None)
@given(row=rows)
def test_violations_point_at_existing_places(row: dict[str, Any]) -> None:
    verdict = judged(row)
    for violation in verdict.violations if isinstance(verdict, Invalid) else ():
        place: Any = row
        for part in violation.pointer.split("/")[1:]:
            token = part.replace("~1", "/").replace("~0", "~")
            place = place[int(token)] if isinstance(place, list) else place[token]


@settings(max_examples=300, deadline=None)
@given(row=rows, others=st.lists(rows, max_size=4))
def test_a_verdict_is_independent_of_neighbours_and_order(row: dict[str, Any], others: list[dict[str, Any]]) -> None:
    alone = judged(row, gate_of(SCHEMA))
    gate = gate_of(SCHEMA)
    before = judged(row, gate)
    for other in others:
        judged(other, gate)
    assert judged(row, gate) == before == alone


stricter = st.sampled_from(
    [
        ("id", {"maximum": 50}),
        ("id", {"multipleOf": 2}),
        ("secret", {"minLength": 2}),
        ("cards", {"maxItems": 1}),
        ("notes", {"minProperties": 1}),
    ]
)


@settings(max_examples=500, deadline=None)
@given(row=rows, added=stricter)
def test_adding_a_rule_never_turns_an_invalid_record_into_a_valid_one(
    row: dict[str, Any], added: tuple[str, dict[str, Any]]
) -> None:
    name, keyword = added
    schema = deepcopy(SCHEMA)
    schema["properties"][name].update(keyword)
    cel = {"id": "small_ids", "cel": "this.id < 90", "severity": "error", "enforce": "on", "description": ""}
    for strict in (gate_of(schema), gate_of(SCHEMA, rules=[cel])):
        if isinstance(judged(row), Invalid):
            assert isinstance(judged(row, strict), Invalid)


@settings(max_examples=1000, deadline=None)
@given(value=st.one_of(st.binary(max_size=64), st.text(max_size=64).map(lambda text: text.encode("utf-8", "ignore"))))
def test_whatever_the_bytes_there_is_a_verdict(value: bytes) -> None:
    verdict = GATE.judge(Record(topic="p.raw", value=value))
    if GATE.accepts(value, None):
        assert verdict == Valid(contract=GATE.contract)


@settings(max_examples=500, deadline=None)
@given(row=rows)
def test_under_observation_nothing_is_rejected(row: dict[str, Any]) -> None:
    verdict = judged(row, gate_of(SCHEMA, enforce={"default": "observe", "producers": {}}))
    assert isinstance(verdict, Valid)
    assert bool(verdict.observed) == isinstance(judged(row), Invalid)
