"""jsonschema is the oracle of jsonschema-rs: the same errors at the same places, on schemas as the compiler writes."""

import json
from collections import Counter
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from sluice.verdict.engine import engine_for

pytestmark = pytest.mark.thorough

NULLABLE = st.booleans()
BOUNDS = st.integers(-3, 3)


def typed(name: str, nullable: bool, **keywords: Any) -> dict[str, Any]:
    return {"type": [name, "null"] if nullable else name, **{k: v for k, v in keywords.items() if v is not None}}


maybe_bound = st.one_of(st.none(), BOUNDS)
integers = st.builds(
    lambda nullable, low, high, step: typed("integer", nullable, minimum=low, exclusiveMaximum=high, multipleOf=step),
    *(NULLABLE, maybe_bound, maybe_bound, st.sampled_from([None, 1, 2])),
)
numbers = st.builds(
    lambda nullable, low, high: typed("number", nullable, exclusiveMinimum=low, maximum=high),
    *(NULLABLE, maybe_bound, maybe_bound),
)
strings = st.builds(
    lambda nullable, low, high, pattern: typed("string", nullable, minLength=low, maxLength=high, pattern=pattern),
    *(NULLABLE, st.sampled_from([None, 1]), st.sampled_from([None, 2]), st.sampled_from([None, "^[a-c]+$", "b"])),
)
enums = st.builds(lambda options: {"enum": options}, st.lists(st.sampled_from(["a", 1, None]), min_size=1, unique=True))
leaves = st.one_of(integers, numbers, strings, enums, NULLABLE.map(lambda n: typed("boolean", n)))


def objects(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda fields, required, closed, nullable: typed(
            "object",
            nullable,
            properties=fields,
            # Only declared fields: of an undeclared one that is required and forbidden jsonschema-rs says both.
            required=[name for name in required if name in fields],
            additionalProperties=False if closed else None,
        ),
        st.dictionaries(st.sampled_from("abcd"), parts, max_size=3),
        st.lists(st.sampled_from("abc"), unique=True, max_size=2),
        st.booleans(),
        NULLABLE,
    )


def arrays(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda items, low, unique: typed("array", nullable=False, items=items, minItems=low, uniqueItems=unique),
        *(parts, st.sampled_from([None, 1]), st.booleans()),
    )


schemas = st.recursive(leaves, lambda parts: st.one_of(objects(parts), arrays(parts)), max_leaves=6)
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-4, 4), st.sampled_from([0.5, 1.0, -2.5, "", "a", "ab", "abc", "d"])
    ),
    lambda parts: st.one_of(st.lists(parts, max_size=3), st.dictionaries(st.sampled_from("abcd"), parts, max_size=3)),
    max_leaves=8,
)


def place(path: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in path)


@settings(max_examples=1000, deadline=None)
@given(schema=schemas, value=values)
def test_both_engines_find_the_same_errors(schema: dict[str, Any], value: Any) -> None:
    document = orjson.loads(json.dumps(value))
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
    oracle = Draft7Validator(schema).iter_errors(document)
    ours = engine_for(schema).iter_errors(document)
    assert Counter((place(e.evaluation_path), place(e.instance_path)) for e in ours) == Counter(
        (place(e.absolute_schema_path), place(e.absolute_path)) for e in oracle
    )
