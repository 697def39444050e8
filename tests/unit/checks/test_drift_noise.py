"""The asked false-alarm rate is the realised one: drift on unchanged data, simulated with fixed seeds."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.checks.drift import Distance, distance
from sluice.checks.statistics.distance import pooled, psi, psi_noise, wasserstein, wasserstein_noise
from sluice.contract.measures import Drift
from sluice.profile.bins import count, freeze
from sluice.profile.model import Edges, Histogram

pytestmark = pytest.mark.thorough

RATE = 0.01
TRIALS = 3_000
COUNTS = st.lists(st.integers(0, 5_000), min_size=2, max_size=20)
EVEN = [0.1] * 10
SKEWED = [0.6, 0.2, 0.1, 0.05, 0.03, 0.01, 0.006, 0.003, 0.0009, 0.0001]


def edges_of(bins: int) -> Edges:
    cuts = tuple(float(at) for at in range(1, bins))
    return Edges(cuts=cuts, low=0.0, high=float(bins), mean=bins / 2, deviation=bins / 12**0.5)


def alarms(metric: str, shares: list[float], n: int, m: int) -> float:
    """The share of trials that alarm, though both samples are of one distribution."""
    draw = np.random.default_rng(20130208)
    asked = Drift(field="delay", metric=metric, bins=len(shares), false_alarm_rate=RATE, min_effect=0)
    edges = edges_of(len(shares))
    found = 0
    for one, two in zip(draw.multinomial(n, shares, TRIALS), draw.multinomial(m, shares, TRIALS), strict=True):
        sides = [Histogram(edges=edges, counts=tuple(map(int, counts))) for counts in (one, two)]
        apart = distance(asked, *sides)
        assert isinstance(apart, Distance)
        found += apart.value > apart.noise
    return found / TRIALS


@pytest.mark.parametrize(
    ("shares", "n", "m"),
    [
        (EVEN, 1_000, 1_000),
        (EVEN, 100, 100),
        (EVEN, 20_000, 1_000),
        ([0.02] * 50, 1_000, 1_000),
        (SKEWED, 1_000, 5_000),
    ],
    ids=["even", "few rows", "other sizes", "many bins", "rare values"],
)
def test_psi_alarms_on_unchanged_data_as_often_as_asked(shares: list[float], n: int, m: int) -> None:
    assert 0.4 * RATE < alarms("psi", shares, n, m) < 1.6 * RATE  # three standard deviations of 30 alarms in 3000


@pytest.mark.parametrize(
    ("shares", "n", "m"),
    [(EVEN, 1_000, 1_000), (EVEN, 20_000, 1_000), ([0.02] * 50, 1_000, 1_000), (SKEWED, 1_000, 5_000)],
    ids=["even", "other sizes", "many bins", "rare values"],
)
def test_wasserstein_alarms_on_unchanged_data_no_more_often_than_asked(shares: list[float], n: int, m: int) -> None:
    assert alarms("wasserstein", shares, n, m) < 1.6 * RATE


def test_a_fixed_threshold_would_alarm_on_most_small_samples() -> None:
    draw = np.random.default_rng(7)
    pairs = zip(draw.multinomial(100, EVEN, 500), draw.multinomial(100, EVEN, 500), strict=True)
    assert np.mean([psi(list(map(int, one)), list(map(int, two))) > 0.1 for one, two in pairs]) > 0.7


@pytest.mark.parametrize("metric", ["psi", "wasserstein"])
def test_bins_frozen_from_a_sample_keep_the_rate(metric: str) -> None:
    draw = np.random.default_rng(11)
    asked = Drift(field="delay", metric=metric, false_alarm_rate=RATE, min_effect=0)

    def delays() -> npt.NDArray[np.int64]:
        return np.round(draw.gamma(0.6, 40, 2_000) - 6).astype(np.int64)

    found = 0
    for _ in range(400):
        reference = freeze(pa.array(delays()))
        apart = distance(asked, reference, count(reference.edges, pa.array(delays())))
        assert isinstance(apart, Distance)
        found += apart.value > apart.noise
    assert found <= 12  # 4 are expected


@pytest.mark.parametrize(("metric", "least"), [("psi", 0.1), ("wasserstein", 0.1)])
def test_delays_scaled_by_half_are_found(metric: str, least: float) -> None:
    draw = np.random.default_rng(13)
    asked = Drift(field="delay", metric=metric, false_alarm_rate=0.001, min_effect=least)
    reference = freeze(pa.array(draw.gamma(0.6, 40, 5_000) - 6))
    halved = count(reference.edges, pa.array((draw.gamma(0.6, 40, 2_000) - 6) / 2))
    apart = distance(asked, reference, halved)
    assert isinstance(apart, Distance)
    assert apart.value > max(apart.noise, least)


@given(COUNTS, st.floats(1e-6, 0.4))
def test_no_distance_to_itself(counts: list[int], rate: float) -> None:
    if not sum(counts):
        return
    edges = edges_of(len(counts))
    assert psi(counts, counts) == 0
    assert wasserstein(edges, counts, counts) == 0
    assert psi_noise(counts, counts, rate) >= 0
    assert wasserstein_noise(edges, counts, counts, rate) >= 0


@given(st.data())
def test_distances_are_symmetric_and_never_negative(data: st.DataObject) -> None:
    bins = data.draw(st.integers(2, 12))
    sides = st.lists(st.integers(0, 900), min_size=bins, max_size=bins).filter(any)
    one, two = data.draw(sides), data.draw(sides)
    assert psi(one, two) == pytest.approx(psi(two, one))
    assert psi(one, two) >= 0
    edges = edges_of(bins)
    assert wasserstein(edges, one, two) == pytest.approx(wasserstein(edges, two, one))


@given(st.data())
def test_bins_put_together_lose_no_row(data: st.DataObject) -> None:
    bins = data.draw(st.integers(2, 12))
    sides = st.lists(st.integers(0, 90), min_size=bins, max_size=bins).filter(any)
    one, two = data.draw(sides), data.draw(sides)
    a, b = pooled(one, two)
    assert (sum(a), sum(b)) == (sum(one), sum(two))
    assert len(a) == len(b) <= bins


@given(st.integers(2, 50), st.floats(1e-9, 0.3))
def test_more_rows_and_higher_rates_make_less_noise(bins: int, rate: float) -> None:
    few, many = [20] * bins, [2_000] * bins
    edges = edges_of(bins)
    assert psi_noise(many, many, rate) < psi_noise(few, few, rate)
    assert psi_noise(few, few, rate) <= psi_noise(few, few, rate / 2)
    assert wasserstein_noise(edges, many, many, rate) < wasserstein_noise(edges, few, few, rate)
    assert wasserstein_noise(edges, few, few, rate) <= wasserstein_noise(edges, few, few, rate / 2)
