"""Differences between schemas: a table of pairs, their sentences, and soundness on generated pairs."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sluice.compat import Breaks, compare, reasons
from sluice.compat.words import SENTENCES
from sluice.contract.stream import Compatibility

pytestmark = pytest.mark.thorough

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("differences.yaml").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_pair_of_schemas_has_these_differences(case: dict[str, Any]) -> None:
    found = compare(case["old"], case["new"])
    assert [[each.pointer, each.kind, each.breaks.value] for each in found] == case["differences"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_breaks_has_a_sentence_and_a_way_out(case: dict[str, Any]) -> None:
    for each in compare(case["old"], case["new"]):
        assert "{" not in each.sentence or each.breaks is Breaks.NONE
        assert (each.way_out != "") == (each.breaks is not Breaks.NONE)


def test_the_sentence_says_who_may_write_what_and_who_refuses_it() -> None:
    old = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": False}
    new = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
    (found,) = compare(old, new)
    assert found.sentence == (
        "Old records may hold an integer here, and the new schema takes text only; "
        "new records may hold text here, and the old schema takes an integer only"
    )


@pytest.mark.parametrize(
    ("level", "breaking"),
    [
        (Compatibility.NONE, 0),
        (Compatibility.BACKWARD, 0),
        (Compatibility.BACKWARD_TRANSITIVE, 0),
        (Compatibility.FORWARD, 1),
        (Compatibility.FORWARD_TRANSITIVE, 1),
        (Compatibility.FULL, 1),
        (Compatibility.FULL_TRANSITIVE, 1),
    ],
)
def test_a_level_forbids_only_its_directions(level: Compatibility, breaking: int) -> None:
    old = {"type": "integer", "minimum": 1}
    new = {"type": "integer", "minimum": 0}
    assert len(reasons(level, old, new)) == breaking


def test_schemas_that_are_nested_beyond_reason_are_told_as_breaking() -> None:
    old: dict[str, Any] = {}
    for _ in range(900):
        old = {"items": old}
    (found,) = compare(old, {"items": old})
    assert (found.kind, found.breaks) == ("no-proof", Breaks.BOTH)


def test_every_way_out_is_a_clause() -> None:
    assert [kind for kind, (_, way) in SENTENCES.items() if not way or way.endswith(".")] == []


NAMES = st.sampled_from(["a", "b", "ab"])
SMALL = st.integers(min_value=-2, max_value=3)
LEAVES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("integer")}, optional={"minimum": SMALL, "maximum": SMALL, "multipleOf": st.just(2)}
    ),
    st.fixed_dictionaries({"type": st.just("number")}, optional={"exclusiveMinimum": SMALL, "exclusiveMaximum": SMALL}),
    st.fixed_dictionaries(
        {"type": st.just("string")}, optional={"minLength": st.integers(0, 2), "maxLength": st.integers(0, 2)}
    ),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from(["a", 1, 1.0, None, True, 0]), min_size=1, max_size=3)}),
    st.fixed_dictionaries(
        {"type": st.lists(st.sampled_from(["null", "boolean", "integer", "string"]), min_size=1, unique=True)}
    ),
    st.just(True),
    st.just(False),
    st.just({}),
)


def _within(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("object"),
            "properties": st.dictionaries(NAMES, inner, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=2),
            "additionalProperties": inner,
            "required": st.lists(NAMES, max_size=2, unique=True),
            "minProperties": st.integers(0, 2),
            "maxProperties": st.integers(0, 2),
            "propertyNames": st.sampled_from([{"maxLength": 1}, {"enum": ["a", "b"]}, {"pattern": "^a"}]),
            "dependencies": st.dictionaries(NAMES, st.one_of(st.lists(NAMES, max_size=1), inner), max_size=1),
        },
    )
    arrays = st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("array"),
            "items": st.one_of(inner, st.lists(inner, min_size=1, max_size=2)),
            "additionalItems": inner,
            "minItems": st.integers(0, 2),
            "maxItems": st.integers(0, 2),
            "uniqueItems": st.booleans(),
            "contains": inner,
        },
    )
    combined = st.one_of(
        *(
            st.fixed_dictionaries({word: st.lists(inner, min_size=1, max_size=2)})
            for word in ("allOf", "anyOf", "oneOf")
        ),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner}),
    )
    both = st.builds(lambda one, other: one | other, st.one_of(objects, arrays), combined)
    return st.one_of(objects, arrays, combined, both)


SCHEMAS = st.recursive(LEAVES, _within, max_leaves=6)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), SMALL, st.sampled_from([0.5, -1.5, 1.0]), st.sampled_from(["", "a", "b", "abc"])
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(old=SCHEMAS, new=SCHEMAS, values=st.lists(VALUES, min_size=20, max_size=40))
def test_what_is_called_compatible_has_no_counterexample(old: Any, new: Any, values: list[Any]) -> None:
    assume(reasons(Compatibility.BACKWARD, old, new) == ())
    writes, reads = jsonschema_rs.Draft7Validator(old), jsonschema_rs.Draft7Validator(new)
    assert [value for value in values if writes.is_valid(value) and not reads.is_valid(value)] == []
