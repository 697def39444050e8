"""The fast path may only accept, and whatever it accepts the reference accepts: on records made to tell them apart."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.verdict.accept import acceptor
from sluice.verdict.engine import engine_for
from sluice.verdict.fast import fast_path

pytestmark = pytest.mark.thorough

DRAFT = "http://json-schema.org/draft-07/schema#"
INT64 = {"minimum": -(2**63), "maximum": 2**63 - 1}
SCHEMA: dict[str, Any] = {
    "$schema": DRAFT,
    "type": "object",
    "properties": {
        "id": {"type": "integer", **INT64},
        "small": {"type": ["integer", "null"], "minimum": 0, "exclusiveMaximum": 10},
        "ratio": {"type": ["number", "null"], "minimum": -1.5, "exclusiveMaximum": 4096},
        "code": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "label": {"type": ["string", "null"], "minLength": 1, "maxLength": 4},
        "kind": {"type": ["string", "null"], "enum": ["a", "b", None]},
        "level": {"type": "integer", "enum": [1, 2]},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "clock": {"type": "string", "format": "time"},
        "on": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
        "inner": {
            "type": ["object", "null"],
            "properties": {"n": {"type": "integer", **INT64}, "order-id": {"type": ["string", "null"]}},
            "required": ["n"],
            "additionalProperties": False,
        },
    },
    "required": ["id", "code"],
    "additionalProperties": False,
}
ENGINE = engine_for(SCHEMA)
ACCEPTS = acceptor(None, SCHEMA, ENGINE, ())

NUMBERS = [0, 1, -1, 9, 10, 2**53, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 1.0, 1.5, 4096.0, -1.5]
TEXTS = ["", "a", "AB", "AB\n", "abcd", "abcde", "é́", "😀😀😀😀", "ab\x00", "12", "١٢"]
TIMES = [
    *("2013-02-01T10:00:00Z", "2013-02-01 10:00:00Z", "2013-02-01t10:00:00z", "2013-02-01T10:00:00+0100"),
    *("2012-02-29T00:00:00Z", "2013-02-29T00:00:00Z", "2013-12-31T23:59:60Z", "2013-12-31T23:59:59.9+23:59"),
    *("2013-01-32T00:00:00Z", "2013-04-31T00:00:00Z", "2013-02-01", "2013-2-1", "10:00:00Z", "10:00:00", "24:00:00Z"),
    *("2013-02-01T10:00:00Z\n", "٢٠١٣-02-01T10:00:00Z", "2013-02-01T10:00:00.Z", "0000-01-01T00:00:00Z"),
]
scalars = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(TEXTS), st.sampled_from(TIMES), st.floats(-5, 5)
)
good = {
    "id": st.sampled_from([1, 2**63 - 1]),
    "code": st.sampled_from(["AB", "ZZ"]),
    "small": st.sampled_from([0, 9, None]),
    "kind": st.sampled_from(["a", None]),
    "level": st.just(2),
    "inner": st.sampled_from([None, {"n": 1}, {"n": 1, "order-id": "x"}, {"n": 1, "order-id": None}]),
    "tags": st.just(["a"]),
    "prices": st.just({"x": 1}),
    "on": st.just(True),
}
mixed = {
    name: st.one_of(
        good.get(name, scalars),
        scalars,
        st.lists(scalars, max_size=4),
        st.dictionaries(st.text(max_size=2), scalars, max_size=2),
    )
    for name in SCHEMA["properties"]
}
required = {"id": good.pop("id"), "code": good.pop("code")}
rows = st.one_of(
    st.fixed_dictionaries(required, optional={name: part for name, part in mixed.items() if name not in required}),
    st.fixed_dictionaries({}, optional={**mixed, "undeclared": scalars}),
)


def test_the_schema_has_a_fast_path() -> None:
    assert fast_path(SCHEMA) is not None


@settings(max_examples=1000, deadline=None)
@given(row=rows)
def test_what_is_accepted_the_reference_accepts(row: dict[str, Any]) -> None:
    value = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if ACCEPTS(value, None):
        assert ENGINE.is_valid(json.loads(value))


@settings(max_examples=1000, deadline=None)
@given(row=st.fixed_dictionaries(required, optional=good), data=st.data())
def test_a_damaged_text_is_accepted_only_where_it_is_still_valid(row: dict[str, Any], data: st.DataObject) -> None:
    value = bytearray(json.dumps(row).encode())
    for _ in range(data.draw(st.integers(0, 2))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    if ACCEPTS(bytes(value), None):
        assert ENGINE.is_valid(json.loads(bytes(value)))


@settings(max_examples=300, deadline=None)
@given(row=st.fixed_dictionaries(required, optional=good))
def test_a_good_row_takes_the_fast_path(row: dict[str, Any]) -> None:
    assert ACCEPTS(json.dumps(row).encode(), None)


UNEXPRESSIBLE: list[dict[str, Any]] = [
    {"type": "object", "properties": {}, "additionalProperties": True},
    {"type": "object", "properties": {"a": {"type": ["string", "integer"]}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"type": "number", "multipleOf": 0.1}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"type": "number", "maximum": 2**53}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+"}}, "additionalProperties": False},
    {"type": "object", "properties": {"a": {"type": "array"}}, "additionalProperties": False},
    {"type": "object", "properties": {}, "required": ["a"], "additionalProperties": False},
    {"type": "object", "properties": {}, "additionalProperties": False, "minProperties": 1},
    {"type": "array", "items": {"type": "string"}},
]


@pytest.mark.parametrize("schema", UNEXPRESSIBLE)
def test_what_cannot_be_expressed_exactly_has_no_fast_path(schema: dict[str, Any]) -> None:
    assert fast_path(schema) is None
