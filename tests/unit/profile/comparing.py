"""Whether two profiles tell the same: sketches differ in their bytes, and doubles in their last digits."""

from dataclasses import replace
from math import isclose

from sluice.profile.model import ColumnProfile, Numbers, Profile
from sluice.profile.sketch import distinct_count, quantiles_at

RANKS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


def assert_same(a: Profile, b: Profile, *, runs: bool = True) -> None:
    """Fail unless both tell the same; ``runs`` False compares no runs of ordered fields."""
    assert _without_columns(a) == _without_columns(b)
    assert a.columns.keys() == b.columns.keys()
    for name, column in a.columns.items():
        _assert_same_column(column, b.columns[name], runs=runs)
    assert a.lateness.keys() == b.lateness.keys()
    for pair, late in a.lateness.items():
        other = b.lateness[pair]
        assert isclose(late.total, other.total, rel_tol=1e-9, abs_tol=1e-3)
        assert replace(late, total=0) == replace(other, total=0)


def _without_columns(profile: Profile) -> Profile:
    return replace(profile, columns={}, lateness={})


def _assert_same_column(a: ColumnProfile, b: ColumnProfile, *, runs: bool) -> None:
    left, right = (
        replace(each, numbers=None, quantiles=None, distinct=None, order=each.order if runs else None)
        for each in (a, b)
    )
    assert left == right
    assert round(distinct_count(a.distinct).value) == round(distinct_count(b.distinct).value)
    assert quantiles_at(a.quantiles, RANKS) == quantiles_at(b.quantiles, RANKS)
    assert (a.numbers is None) == (b.numbers is None)
    if a.numbers is not None and b.numbers is not None:
        _assert_same_moments(a.numbers, b.numbers)


def _assert_same_moments(a: Numbers, b: Numbers) -> None:
    assert replace(a, mean=0, m2=0) == replace(b, mean=0, m2=0)
    scale = max(abs(a.minimum or 0), abs(a.maximum or 0))
    assert isclose(a.mean, b.mean, rel_tol=1e-9, abs_tol=1e-9 * scale)
    assert isclose(a.m2, b.m2, rel_tol=1e-9, abs_tol=1e-9 * scale**2)
