"""Sketches against the exact answers: within the errors that are stated, on fixed seeds."""

import numpy as np
import pyarrow as pa
import pytest

from sluice.profile.builder import ProfileBuilder
from sluice.profile.merge import merge
from sluice.profile.model import ALL, Profile
from sluice.profile.sketch import DISTINCT_ERROR, RANK_ERROR, distinct_count, quantiles_at, shares_at
from sluice.profile.spec import ProfileSpec

pytestmark = pytest.mark.thorough

RANKS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
ROWS = 200_000
DRAWS = {
    "normal": lambda draw: draw.normal(50, 10, ROWS),
    "skewed": lambda draw: draw.lognormal(0, 3, ROWS),
    "discrete": lambda draw: draw.poisson(4, ROWS).astype(float),
    "two heaps": lambda draw: np.where(draw.random(ROWS) < 0.3, 0.0, draw.normal(1000, 1, ROWS)),
    "sorted": lambda draw: np.sort(draw.random(ROWS)),
}


def profile(values: np.ndarray) -> Profile:
    builder = ProfileBuilder(ProfileSpec())
    builder.add(pa.RecordBatch.from_arrays([pa.array(values)], names=["x"]))
    return builder.slices()[ALL]


def in_parts(values: np.ndarray, parts: int) -> Profile:
    return merge(*(profile(part) for part in np.array_split(values, parts)))


@pytest.mark.parametrize("parts", [1, 30])
@pytest.mark.parametrize("name", DRAWS)
def test_a_quantile_has_a_rank_within_the_stated_error(name: str, parts: int) -> None:
    values = DRAWS[name](np.random.default_rng(20130208))
    sketch = in_parts(values, parts).columns["x"].quantiles
    ordered = np.sort(values)
    for rank, value in zip(RANKS, quantiles_at(sketch, RANKS), strict=True):
        below = np.searchsorted(ordered, value, side="left") / ROWS
        up_to = np.searchsorted(ordered, value, side="right") / ROWS
        # The sketch draws lots: the bound holds in 99 of 100 cases, one and a half of it practically always.
        assert below - 1.5 * RANK_ERROR <= rank <= up_to + 1.5 * RANK_ERROR


def test_the_ranks_of_many_sketches_are_within_the_error_as_often_as_stated() -> None:
    draw = np.random.default_rng(7)
    misses = 0
    for _ in range(100):
        values = draw.random(20_000)
        median = quantiles_at(profile(values).columns["x"].quantiles, (0.5,))[0]
        misses += abs((values <= median).mean() - 0.5) > RANK_ERROR
    assert misses <= 5


def test_the_shares_of_bins_are_within_twice_the_rank_error() -> None:
    values = np.random.default_rng(3).normal(size=ROWS)
    cuts = np.quantile(values, np.arange(0.1, 1, 0.1))
    sketch = profile(values).columns["x"].quantiles
    assert sketch is not None
    assert shares_at(sketch, cuts.tolist()) == pytest.approx([0.1] * 10, abs=2 * RANK_ERROR)


@pytest.mark.parametrize("distinct", [1, 10, 1_000, 20_000, 200_000])
@pytest.mark.parametrize("parts", [1, 30])
@pytest.mark.parametrize("kind", ["integers", "doubles", "text"])
def test_a_distinct_count_is_within_the_stated_error(distinct: int, parts: int, kind: str) -> None:
    draw = np.random.default_rng(42)
    numbers = draw.permutation(np.arange(ROWS) % distinct)
    values = {"integers": numbers, "doubles": numbers + 0.5, "text": np.char.add("N", numbers.astype("U6"))}[kind]
    found = distinct_count(in_parts(values, parts).columns["x"].distinct)
    assert found.value == pytest.approx(distinct, rel=3 * DISTINCT_ERROR)
    assert found.low <= found.value <= found.high


def test_distinct_counts_are_as_exact_as_stated_on_average() -> None:
    errors = []
    for seed in range(40):
        values = np.random.default_rng(seed).integers(0, 2**62, 30_000)
        errors.append(distinct_count(in_parts(values, 3).columns["x"].distinct).value / 30_000 - 1)
    assert np.sqrt(np.mean(np.square(errors))) < 1.25 * DISTINCT_ERROR
    assert abs(np.mean(errors)) < DISTINCT_ERROR / 2


def test_the_dense_sketch_of_classified_values_counts_few_and_many() -> None:
    for distinct in (3, 3_000):
        rows = pa.RecordBatch.from_pydict({"x": [f"N{value}" for value in range(distinct)]})
        builder = ProfileBuilder(ProfileSpec(classified=frozenset({"x"})))
        builder.add(rows)
        found = distinct_count(builder.slices()[ALL].columns["x"].distinct)
        assert found.value == pytest.approx(distinct, rel=3 * DISTINCT_ERROR)
