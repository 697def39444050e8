"""Falls in a field that should never fall, along the offsets of the raw partitions."""

from datetime import UTC, datetime
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.profile.builder import ProfileBuilder
from sluice.profile.merge import merge
from sluice.profile.model import ALL, Profile
from sluice.profile.order import Order, Run
from sluice.profile.spec import ProfileSpec

SPEC = ProfileSpec(ordered=frozenset({"x"}))
Row = tuple[int, int | None]


def profile(rows: list[Row], offsets: list[int]) -> Profile:
    builder = ProfileBuilder(SPEC)
    builder.add(
        pa.RecordBatch.from_arrays(
            [
                pa.array([value for _, value in rows], pa.int64()),
                pa.array([partition for partition, _ in rows], pa.int32()),
                pa.array(offsets, pa.int64()),
            ],
            names=["x", "_raw_partition", "_raw_offset"],
        )
    )
    return builder.slices()[ALL]


def falls(rows: list[Row]) -> int:
    count = 0
    for partition in {each for each, _ in rows}:
        values = [value for each, value in rows if each == partition and value is not None]
        count += sum(after < before for before, after in pairwise(values))
    return count


drawn = st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(-5, 5)), min_size=1, max_size=40)


@settings(max_examples=80, deadline=None)
@given(drawn, st.data())
def test_falls_are_counted_though_rows_come_in_pieces_and_out_of_turn(rows: list[Row], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(rows)))
    shuffled = data.draw(st.permutations(range(cut)))
    first = profile([rows[place] for place in shuffled], list(shuffled))
    second = profile(rows[cut:], list(range(cut, len(rows))))
    order = merge(second, first).columns["x"].order
    held = order or Order()
    assert held.exact
    assert held.falls == falls(rows)
    values = [partition for partition, value in rows if value is not None]
    assert held.compared == len(values) - len(set(values))


def test_runs_that_overlap_say_that_they_are_no_exact_count() -> None:
    a = Run(partition=0, first_offset=0, last_offset=10, first=1, last=5, values=3)
    b = Run(partition=0, first_offset=4, last_offset=6, first=2, last=3, values=2)
    elsewhere = Run(partition=1, first_offset=4, last_offset=6, first=0, last=0)
    assert not Order(runs=(a, b)).exact
    assert Order(runs=(a, elsewhere)).exact
    assert Order(runs=(a, b, elsewhere)).compared == 4


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([2.5, float("nan"), 1.5, None]), 1),
        (pa.array([datetime(2013, 2, day, tzinfo=UTC) for day in (2, 1, 3, 2)], pa.timestamp("us", "UTC")), 2),
        (pa.array([2**64 - 1, 1, 2, 3], pa.uint64()), 1),
        (pa.array(["b", "a", "c", "d"]), None),
        (pa.array([None] * 4, pa.int64()), 0),
    ],
)
def test_values_of_every_type_that_has_an_order_are_followed(array: pa.Array, expected: int | None) -> None:
    builder = ProfileBuilder(SPEC)
    names = ["x", "_raw_partition", "_raw_offset"]
    builder.add(pa.RecordBatch.from_arrays([array, pa.array([0] * 4), pa.array(range(4))], names=names))
    order = builder.slices()[ALL].columns["x"].order
    assert (None if order is None else order.falls) == expected


def test_rows_without_coordinates_have_no_order() -> None:
    builder = ProfileBuilder(SPEC)
    builder.add(pa.RecordBatch.from_pydict({"x": [2, 1]}))
    assert builder.slices()[ALL].columns["x"].order is None


def test_a_fall_from_one_batch_to_the_next_is_seen() -> None:
    builder = ProfileBuilder(SPEC)
    for first_offset, values in ((0, [1, 3]), (2, [2, 5]), (4, [5, 6])):
        at = range(first_offset, first_offset + 2)
        builder.add(pa.RecordBatch.from_pydict({"x": values, "_raw_partition": [0, 0], "_raw_offset": list(at)}))
        builder.slices()
    whole = Run(partition=0, first_offset=0, last_offset=5, first=1, last=6, falls=1, values=6)
    assert builder.slices()[ALL].columns["x"].order == Order(runs=(whole,))
