"""What changed from one profile to another."""

import numpy as np
import pyarrow as pa
import pytest

from sluice.profile.builder import ProfileBuilder
from sluice.profile.change import ColumnChange, change
from sluice.profile.model import ALL, Profile
from sluice.profile.spec import ProfileSpec


def profile(classified: bool = False, **columns: object) -> Profile:
    builder = ProfileBuilder(ProfileSpec(classified=frozenset(columns) if classified else frozenset()))
    builder.add(pa.RecordBatch.from_pydict(columns))
    return builder.slices()[ALL]


def of(before: object, now: object) -> ColumnChange:
    return change(profile(x=before), profile(x=now)).columns[0]


def exact(before: np.ndarray, now: np.ndarray) -> float:
    cuts = np.quantile(before, np.arange(0.1, 1, 0.1))
    shares = [np.bincount(np.searchsorted(cuts, each), minlength=10) / len(each) for each in (before, now)]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


@pytest.mark.parametrize("shift", [0, 0.2, 0.5, 1.0])
def test_the_index_is_near_the_exact_one(shift: float) -> None:
    draw = np.random.default_rng(5)
    before, now = draw.normal(size=50_000), draw.normal(shift, size=50_000)
    found = of(before, now)
    assert found.psi == pytest.approx(exact(before, now), rel=0.2, abs=0.015)
    assert found.moved == (shift >= 0.5)


def test_unchanged_data_is_seldom_called_moved_however_few_rows() -> None:
    draw = np.random.default_rng(11)
    for rows in (60, 300, 3_000):
        beyond = 0
        for _ in range(200):
            found = of(draw.normal(size=rows), draw.normal(size=rows))
            assert found.psi is not None
            assert found.noise is not None
            beyond += found.moved
        assert beyond <= 4, f"{beyond} of 200 with {rows} rows"


def test_what_appears_where_nothing_was_is_seen() -> None:
    assert of([1] * 1_000, [2] * 1_000).moved
    assert of([1] * 500 + [2] * 500, [1] * 500 + [3] * 500).moved
    assert of([True] * 900 + [False] * 100, [True] * 300 + [False] * 700).moved
    assert not of([7] * 1_000, [7] * 1_000).moved


def test_fields_that_came_and_went_are_told_in_the_order_of_now() -> None:
    found = change(profile(a=[1], b=[1]), profile(c=[1], a=[1]))
    assert [(each.name, each.before is None, each.now is None) for each in found.columns] == [
        ("c", True, False),
        ("a", False, False),
        ("b", False, True),
    ]


@pytest.mark.parametrize("values", [["a", "b"], [[1], [2]], [None, None]])
def test_what_has_no_distribution_has_no_index(values: list[object]) -> None:
    found = of(values, values)
    assert (found.psi, found.moved) == (None, False)


def test_classified_fields_have_no_index() -> None:
    for values in ([1, 2], [True, False]):
        hidden = profile(classified=True, x=values)
        assert change(hidden, hidden).columns[0].psi is None
