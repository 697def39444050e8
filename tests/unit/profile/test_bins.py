"""Bins frozen from a reference."""

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.profile.bins import CATEGORIES_MAX, NoBins, count, freeze
from sluice.profile.model import Categories, Edges, Histogram
from sluice.profile.periods import Unmergeable, merge_histograms


def test_numbers_that_repeat_little_are_parted_evenly() -> None:
    reference = freeze(pa.array(np.random.default_rng(1).normal(size=10_000)))
    assert len(reference.counts) == 10
    assert reference.counts == pytest.approx([1000] * 10, abs=1)
    assert isinstance(reference.edges, Edges)
    assert reference.edges.deviation == pytest.approx(1, abs=0.02)


def test_a_heavy_value_has_a_bin_that_new_values_beside_it_do_not_enter() -> None:
    draw = np.random.default_rng(1)
    values = np.concatenate([np.zeros(4_000), draw.normal(size=6_000)])
    reference = freeze(pa.array(values))
    assert 4_000 in reference.counts
    rest = [held for held in reference.counts if held != 4_000]
    assert max(rest) < 1_100
    assert min(rest) > 300
    beside = count(reference.edges, pa.array([-1e-9, 0.0, 1e-9]))
    assert sorted(beside.counts)[-3:] == [1, 1, 1]


def test_what_is_rare_beside_a_heavy_value_shares_its_bin() -> None:
    values = [0.0] * 4_000 + [1.0] * 10 + [2.0] * 5_980 + [3.0] * 10
    assert freeze(pa.array(values)).counts == (4_000, 6_000)


def test_few_distinct_integers_have_a_bin_each_and_new_ones_go_to_the_nearest() -> None:
    reference = freeze(pa.array([1, 1, 2, 2, 2, 5, None]))
    assert (reference.counts, reference.nulls) == ((2, 3, 1), 1)
    assert count(reference.edges, pa.array([0, 1, 2, 3, 4, 5, 9])).counts == (2, 2, 3)


def test_one_value_alone_has_one_bin() -> None:
    reference = freeze(pa.array([7, 7, 7]))
    assert (reference.counts, reference.edges) == ((3,), Edges(cuts=(), low=7, high=7, mean=7, deviation=0))
    assert count(reference.edges, pa.array([6, 8, None])) == Histogram(edges=reference.edges, counts=(2,), nulls=1)


numbers = st.lists(st.none() | st.integers(-30, 30) | st.floats(-30, 30), min_size=1, max_size=200)


@settings(max_examples=150, deadline=None)
@given(numbers, st.integers(2, 20))
def test_every_row_is_in_one_bin_and_no_bin_of_the_reference_is_empty(values: list[float | None], bins: int) -> None:
    column = pa.array([None if value is None else float(value) for value in values], pa.float64())
    if column.null_count == len(column):
        with pytest.raises(NoBins):
            freeze(column, bins)
        return
    reference = freeze(column, bins)
    assert sum(reference.counts) + reference.nulls == len(values)
    assert min(reference.counts) > 0
    assert isinstance(reference.edges, Edges)
    cuts = reference.edges.cuts
    assert list(cuts) == sorted(set(cuts))
    assert len(cuts) + 1 == len(reference.counts) <= 2 * bins
    half = len(column) // 2
    parts = [count(reference.edges, part) for part in (column[:half], column[half:])]
    assert merge_histograms(parts) == reference


def test_nan_is_apart_and_infinities_belong_to_the_ends() -> None:
    reference = freeze(pa.array(np.arange(100.0)))
    found = count(reference.edges, pa.array([float("nan"), float("-inf"), float("inf"), None, -5.0, 1e300]))
    assert (found.counts[0], found.counts[-1], found.nulls) == (2, 2, 2)
    with_infinity = freeze(pa.array([*np.arange(100.0), float("inf")]))
    assert isinstance(with_infinity.edges, Edges)
    assert with_infinity.edges.high == 99
    assert with_infinity.counts[-1] == reference.counts[-1] + 1


def test_instants_and_dates_are_parted_like_numbers() -> None:
    days = pa.array([datetime(2013, 2, day, tzinfo=UTC) for day in range(1, 29)], pa.timestamp("us", "UTC"))
    assert sum(freeze(days).counts) == 28
    assert len(freeze(days).counts) == 10
    assert freeze(pa.array([date(2013, 2, 1), date(2013, 2, 2)])).counts == (1, 1)


def test_text_has_a_bin_for_each_value_and_one_for_the_others() -> None:
    reference = freeze(pa.chunked_array([["UA", "AA"], ["UA", None]]))
    assert reference == Histogram(edges=Categories(values=("AA", "UA")), counts=(1, 2, 0), nulls=1)
    assert count(reference.edges, pa.array(["UA", "XX", ""])).counts == (0, 1, 2)
    assert freeze(pa.array([True, False, True])).counts == (1, 2, 0)
    assert count(freeze(pa.array([True, False])).edges, pa.array([None], pa.bool_())).nulls == 1


def test_of_very_many_values_the_rarest_share_the_last_bin() -> None:
    words = [f"w{number:03}" for number in range(200) for _ in range(200 - number)]
    reference = freeze(pa.array(words))
    assert isinstance(reference.edges, Categories)
    assert reference.edges.values == tuple(f"w{number:03}" for number in range(CATEGORIES_MAX))
    assert sum(reference.counts) == len(words)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (pa.array([None], pa.int64()), "holds no value"),
        (pa.array([], pa.string()), "holds no value"),
        (pa.array([float("nan")]), "no finite number"),
        (pa.array([float("inf")]), "no finite number"),
        (pa.array([[1]]), "have no bins"),
    ],
)
def test_what_has_no_bins_says_why(column: pa.Array, sentence: str) -> None:
    with pytest.raises(NoBins, match=sentence):
        freeze(column)


def test_a_column_that_changed_its_type_is_counted_as_nulls() -> None:
    reference = freeze(pa.array([1, 2, 3]))
    assert count(reference.edges, pa.array(["1", None])).nulls == 2


def test_histograms_with_other_bins_are_not_added() -> None:
    with pytest.raises(Unmergeable, match="count both by the same reference"):
        merge_histograms((freeze(pa.array([1, 2])), freeze(pa.array([1, 3]))))
