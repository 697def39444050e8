"""Repeated keys, counted exactly."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.profile.duplicates import duplicates
from sluice.profile.model import Duplicates

pytestmark = pytest.mark.thorough

keys = st.lists(st.tuples(st.none() | st.integers(0, 3), st.none() | st.sampled_from(["", "a", "b"])), max_size=30)


@settings(max_examples=30, deadline=None)
@given(keys)
def test_rows_beyond_the_first_of_a_key_are_counted(rows: list[tuple[int | None, str | None]]) -> None:
    table = pa.table(
        {"a": pa.array([a for a, _ in rows], pa.int64()), "b": pa.array([b for _, b in rows], pa.string())}
    )
    held = Counter(row for row in rows if None not in row)
    expected = Duplicates(
        rows=len(rows),
        duplicated=sum(held.values()) - len(held),
        incomplete=len(rows) - sum(held.values()),
    )
    assert duplicates(table, ("a", "b")) == expected


def test_keys_are_counted_across_the_files_of_a_period_reading_the_key_alone(tmp_path: Path) -> None:
    rows = pa.table({"id": [1, 2, 3], "at": [{"hour": 1}, {"hour": 1}, {"hour": None}], "a.b": ["x", "x", "y"]})
    for name in ("one", "two"):
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    files = ds.dataset(tmp_path)
    assert duplicates(files, ("id",)) == Duplicates(rows=6, duplicated=3)
    assert duplicates(files, ("at.hour",)) == Duplicates(rows=6, duplicated=3, incomplete=2)
    assert duplicates(files, ("a.b", "id")) == Duplicates(rows=6, duplicated=3)
    assert duplicates(rows.to_reader(), ("a.b",)) == Duplicates(rows=3, duplicated=1)


@pytest.mark.parametrize("name", ['quo"ted', "select", "a;b", "Ä"])
def test_names_of_every_kind_are_columns(name: str) -> None:
    assert duplicates(pa.table({name: [1, 1]}), (name,)) == Duplicates(rows=2, duplicated=1)


def test_more_keys_than_fit_in_memory_are_counted_on_disk() -> None:
    count = 1_500_000
    table = pa.table({"id": pa.array([f"{number % (count - 5):040d}" for number in range(count)])})
    assert duplicates(table, ("id",), memory="100MB") == Duplicates(rows=count, duplicated=5)
