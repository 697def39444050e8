"""Lateness: exact counts, quantiles within one per cent of the value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.profile.lateness import RELATIVE_ERROR, Lateness
from sluice.profile.lateness_tally import LatenessTally
from sluice.profile.merge import merge_lateness


def counted(seconds: list[float]) -> Lateness:
    tally = LatenessTally()
    tally.add(np.array(seconds, np.float64))
    return tally.lateness()


many = st.lists(
    st.floats(-1e7, 1e9) | st.sampled_from([0.0, 0.001, -0.001, 0.002, 60.0, 900.0]), min_size=1, max_size=80
)


@settings(max_examples=150, deadline=None)
@given(many, st.floats(0, 1))
def test_a_quantile_is_within_one_per_cent_of_the_value_of_that_rank(seconds: list[float], rank: float) -> None:
    exact = sorted(seconds)[max(int(np.ceil(rank * len(seconds) - 1e-9)), 1) - 1]
    found = counted(seconds).quantile(rank)
    assert found == pytest.approx(exact, rel=1.0001 * RELATIVE_ERROR, abs=0.0011)


@settings(max_examples=150, deadline=None)
@given(many, st.floats(-1e7, 1e9))
def test_how_many_are_within_a_limit_is_bounded_from_both_sides(seconds: list[float], limit: float) -> None:
    surely, maybe = counted(seconds).within(limit)
    assert surely <= sum(each <= limit for each in seconds) <= maybe


@settings(max_examples=60, deadline=None)
@given(many, many)
def test_the_lateness_of_parts_is_that_of_the_whole(a: list[float], b: list[float]) -> None:
    merged, whole = merge_lateness((counted(a), counted(b))), counted([*a, *b])
    assert merged.total == pytest.approx(whole.total, rel=1e-9, abs=1e-3)
    assert (merged.later, merged.earlier, merged.zero) == (whole.later, whole.earlier, whole.zero)
    assert (merged.minimum, merged.maximum, merged.count) == (whole.minimum, whole.maximum, whole.count)


def test_the_99th_percentile_of_a_million_rows_is_within_one_per_cent() -> None:
    seconds = np.random.default_rng(1).lognormal(5, 2, 1_000_000)
    tally = LatenessTally()
    for part in np.array_split(seconds, 7):
        tally.add(part)
    found = tally.lateness()
    for rank in (0.5, 0.9, 0.99, 0.999):
        assert found.quantile(rank) == pytest.approx(np.quantile(seconds, rank, method="inverted_cdf"), rel=0.0101)
    surely, maybe = found.within(900)
    exact = int((seconds <= 900).sum())
    assert surely <= exact <= maybe
    assert maybe - surely < 0.02 * len(seconds)
    assert len(found.later) < 1_400


def test_of_no_rows_nothing_is_known() -> None:
    nothing = counted([float("nan")])
    assert nothing == Lateness()
    assert (nothing.quantile(0.99), nothing.mean, nothing.within(1), nothing.negative) == (None, None, (0, 0), 0)


def test_bounds_beyond_the_rows_are_exact() -> None:
    found = counted([-5.0, 0.0, 10.0])
    assert (found.within(-6), found.within(10), found.within(1e9)) == ((0, 0), (3, 3), (3, 3))
    assert (found.negative, found.zero, found.minimum, found.maximum) == (1, 1, -5.0, 10.0)
    assert (found.quantile(0), found.quantile(1)) == (-5.0, 10.0)
    assert found.mean == pytest.approx(5 / 3)
