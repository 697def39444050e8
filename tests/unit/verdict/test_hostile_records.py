"""Records made to stall the judge, and schemas made to break it: each has a verdict, in time linear in its size."""

import json
import time
from typing import Any

import pytest

from sluice.verdict.gate import Gate, Topics, limited_to
from sluice.verdict.load import foreign_gate
from sluice.verdict.model import ContractVersion, Invalid, Record, Valid
from tests.unit.verdict.test_properties import gate_of

SECONDS_MAX = 3.0  # linear is a tenth of a second, quadratic is a quarter of a minute
MANY = 5_000
TEXT = {"type": "string"}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def foreign(schema: Any) -> Gate:
    topics = Topics(raw="r", validated="v", dead_letter="d")
    return foreign_gate(json.dumps(schema), contract=ContractVersion(id="x", version="1"), topics=topics)


ROWS = closed(
    rows={"type": "array", "items": closed(secret=TEXT, count={"type": "integer"})},
    secrets={"type": "array", "items": TEXT},
    codes={"type": "object", "propertyNames": {"pattern": "^[A-Z]+$"}, "additionalProperties": {"type": "integer"}},
)
HOSTILE = {
    "an undeclared field in each of many rows": {"rows": [{"secret": f"s{i}", "more": 1} for i in range(MANY)]},
    "many undeclared fields beside many classified values": {
        "secrets": [f"s{i:09}" for i in range(MANY)],
        **{f"more_{i}": 1 for i in range(MANY)},
    },
    "a wrong type in each of many rows": {"rows": [{"count": "x"} for _ in range(MANY)]},
    "a map of many bad keys": {"codes": {f"k{i}": 1 for i in range(MANY)}},
}


@pytest.mark.parametrize("row", HOSTILE.values(), ids=HOSTILE)
def test_many_violations_take_linear_time(row: dict[str, Any]) -> None:
    gate = gate_of({"$schema": "http://json-schema.org/draft-07/schema#", **ROWS}, classified=["/rows/*/secret"])
    started = time.process_time()
    verdict = gate.judge(Record(topic="r", value=json.dumps(row).encode()))
    assert time.process_time() - started < SECONDS_MAX
    assert isinstance(verdict, Invalid)
    assert (verdict.total, len(verdict.violations)) == (MANY, 50)


def test_every_key_of_every_map_is_told_as_the_engine_tells_it() -> None:
    names = {"propertyNames": {"maxLength": 2, "pattern": "^a"}, "additionalProperties": {"type": "integer"}}
    schema = closed(
        m={"type": "object", **names},
        rows={"type": "array", "items": closed(m={"type": ["object", "null"], **names})},
        maps={"type": "object", "additionalProperties": {"type": "object", **names}},
    )
    bad = {"a": 1, "abc": 1, "b": "x"}
    row = {"m": bad, "rows": [{"m": None}, {"m": bad}], "maps": {"k": bad, "none": 1}}
    split = foreign(schema).judge(Record(topic="r", value=json.dumps(row).encode()))
    # A reference keeps the engine whole, so this is the engine's own list.
    whole = foreign({**schema, "definitions": {"unused": {"$ref": "#"}}})
    listed = whole.judge(Record(topic="r", value=json.dumps(row).encode()))
    assert isinstance(split, Invalid)
    assert isinstance(listed, Invalid)
    assert sorted(map(repr, split.violations)) == sorted(map(repr, listed.violations))


def test_under_observation_a_value_that_the_validated_topic_cannot_hold_is_still_rejected() -> None:
    observing = gate_of(closed(), enforce={"default": "observe", "producers": {}})
    verdict = limited_to(observing, 10).judge(Record(topic="r", value=b'{"a": 1, "b": 2}'))
    assert isinstance(verdict, Invalid)
    assert verdict.code == "TOO_LARGE"


NEVER_ALLOWED = ["a", "required", "additionalProperties", "properties", "items"]


@pytest.mark.parametrize("name", NEVER_ALLOWED)
def test_a_field_that_another_team_forbids_is_a_violation_whatever_its_name(name: str) -> None:
    verdict = foreign({"properties": {name: False}}).judge(Record(topic="r", value=json.dumps({name: 1}).encode()))
    assert isinstance(verdict, Invalid)
    assert verdict.violations[0].pointer == f"/{name}"


DRAFT_4 = "http://json-schema.org/draft-04/schema#"
MAPS_OF_DRAFT_4 = {"type": "object", "propertyNames": {"pattern": "^A"}}
UNUSUAL = [
    ({"$schema": DRAFT_4, **closed(n={"type": "integer", "minimum": 5, "exclusiveMinimum": True})}, {"n": 5}, False),
    ({"$schema": DRAFT_4, **closed(n={"type": "integer", "maximum": -5, "exclusiveMaximum": True})}, {"n": -5}, False),
    ({"$schema": DRAFT_4, **closed(m=MAPS_OF_DRAFT_4)}, {"m": {"b": 1}}, True),
    (closed(s={"type": ["string", "null"], "enum": ["a"]}), {"s": None}, False),
    (closed(s={"type": ["string", "null"], "enum": ["a", None]}), {"s": None}, True),
    (closed(s={"type": "string", "minLength": 2.0}), {"s": "a"}, False),
    (closed(s={"type": "string", "maxLength": 2**63}), {"s": "a"}, True),
    (closed(n={"type": "integer", "minimum": 1e30}), {"n": 1}, False),
    (closed(n={"type": "integer", "multipleOf": 2**63}), {"n": 0}, True),
    (closed(n={"type": "integer", "enum": [2**64 - 1]}), {"n": 2**64 - 1}, True),
    (closed(a={"type": "array", "items": TEXT, "minItems": 1.0}), {"a": []}, False),
]


@pytest.mark.parametrize(("schema", "row", "valid"), UNUSUAL, ids=[json.dumps(case[0])[:120] for case in UNUSUAL])
def test_an_unusual_schema_is_judged_by_what_it_says(schema: Any, row: Any, valid: bool) -> None:
    gate, value = foreign(schema), json.dumps(row).encode()
    assert isinstance(gate.judge(Record(topic="r", value=value)), Valid) == valid
    assert valid or not gate.accepts(value, None)
