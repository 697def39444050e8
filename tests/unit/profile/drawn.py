"""Rows drawn by hypothesis, as batches and as profiles."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from sluice.contract.measures import InvalidValues, MissingValues
from sluice.profile.builder import ProfileBuilder
from sluice.profile.model import Profile, SliceKey
from sluice.profile.spec import ProfileSpec, SliceSet, Technical

SCHEMA = pa.schema(
    {
        "number": pa.float64(),
        "whole": pa.int64(),
        "text": pa.string(),
        "secret": pa.string(),
        "flag": pa.bool_(),
        "at": pa.timestamp("us", "UTC"),
        "_appended_at": pa.timestamp("us", "UTC"),
        "_landed_at": pa.timestamp("us", "UTC"),
        "_version": pa.string(),
        "_producer": pa.string(),
        "_raw_partition": pa.int32(),
        "_raw_offset": pa.int64(),
    }
)

SPEC = ProfileSpec(
    classified=frozenset({"secret"}),
    tokens={"text": ("", "N/A")},
    counted={
        "missing": MissingValues(fields=("text", "secret"), tokens=(None, "", "N/A")),
        "invalid": InvalidValues(fields=("text",), valid=("", "ab"), pattern="^a"),
    },
    ordered=frozenset({"whole"}),
    slices=(
        SliceSet(by=("text", "flag"), columns=("number", "whole")),
        SliceSet(producers=True, sketches=True, lateness=True),
    ),
    technical=Technical(event="at"),
)

START = datetime(2013, 2, 8, tzinfo=UTC)
_moments = st.integers(-86_400_000_000, 86_400_000_000).map(lambda us: START + timedelta(microseconds=us))
_row = st.fixed_dictionaries(
    {
        "number": st.none() | st.floats(width=32),
        "whole": st.none() | st.integers(-1000, 1000) | st.sampled_from([2**63 - 1, -(2**63)]),
        "text": st.none() | st.sampled_from(["", "N/A", "ab", "ä", "b"]),
        "secret": st.none() | st.sampled_from(["", "N12345", "N54321"]),
        "flag": st.none() | st.booleans(),
        "at": st.none() | _moments,
        "_appended_at": st.none() | _moments,
        "_landed_at": st.none() | _moments,
        "_version": st.sampled_from(["1.0.0", "1.1.0"]),
        "_producer": st.none() | st.sampled_from(["p/1", "q/2"]),
        "_raw_partition": st.integers(0, 1),
    }
)


def batch(rows: list[dict[str, object]], first_offset: int = 0) -> pa.RecordBatch:
    """Rows as a batch, their offsets rising from the first."""
    placed = [{**row, "_raw_offset": first_offset + position} for position, row in enumerate(rows)]
    return pa.RecordBatch.from_pylist(placed, SCHEMA)


def built(*batches: pa.RecordBatch, spec: ProfileSpec = SPEC) -> dict[SliceKey, Profile]:
    """The slices of batches."""
    builder = ProfileBuilder(spec)
    for each in batches:
        builder.add(each)
    return builder.slices()


rows = st.lists(_row, max_size=12)
