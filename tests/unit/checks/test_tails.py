"""Tails of distributions against published tables and against integration."""

from math import exp, gamma, isclose, lgamma, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.checks.statistics.tails import chi2_above, chi2_tail, t_beyond, t_tail, z_above


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    [  # Abramowitz and Stegun, table 26.8
        (0.05, 1, 3.84146),
        (0.01, 1, 6.63490),
        (0.05, 9, 16.9190),
        (0.001, 9, 27.877),
        (0.95, 3, 0.351846),
        (0.01, 30, 50.8922),
        (0.05, 100, 124.342),
    ],
)
def test_chi_squared_is_as_in_the_tables(probability: float, freedom: int, value: float) -> None:
    assert chi2_above(probability, freedom) == pytest.approx(value, rel=2e-5)
    assert chi2_tail(value, freedom) == pytest.approx(probability, rel=2e-4)


@pytest.mark.parametrize(
    ("probability", "freedom", "value"),
    [  # Abramowitz and Stegun, table 26.10, both tails
        (0.05, 1, 12.706),
        (0.01, 1, 63.657),
        (0.05, 6, 2.447),
        (0.01, 10, 3.169),
        (0.001, 6, 5.959),
        (0.05, 120, 1.980),
    ],
)
def test_students_t_is_as_in_the_tables(probability: float, freedom: int, value: float) -> None:
    assert t_beyond(probability, freedom) == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize("freedom", [1.0, 2.5, 9.0, 49.0])
@pytest.mark.parametrize("value", [0.5, 4.0, 20.0, 70.0])
def test_chi_squared_is_the_integral_of_its_density(freedom: float, value: float) -> None:
    half = freedom / 2
    steps = 40_000
    top = value + 400.0
    width = (top - value) / steps
    points = (value + (step + 0.5) * width for step in range(steps))
    area = sum(x ** (half - 1) * exp(-x / 2) for x in points) * width / (2**half * gamma(half))
    assert chi2_tail(value, freedom) == pytest.approx(area, rel=1e-4)


@pytest.mark.parametrize("freedom", [3.0, 6.5, 13.5])
@pytest.mark.parametrize("value", [0.7, 3.0, 12.0])
def test_students_t_is_the_integral_of_its_density(freedom: float, value: float) -> None:
    front = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    steps = 40_000
    width = value / steps
    inside = sum((1 + ((step + 0.5) * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for step in range(steps)) * width
    assert t_tail(value, freedom) == pytest.approx(1 - 2 * front * inside, rel=1e-5)


@given(st.floats(1e-9, 0.999), st.floats(0.5, 200))
def test_a_quantile_has_its_probability(probability: float, freedom: float) -> None:
    assert isclose(chi2_tail(chi2_above(probability, freedom), freedom), probability, rel_tol=1e-6)
    assert isclose(t_tail(t_beyond(probability, freedom), freedom), probability, rel_tol=1e-6)


def test_what_is_rarer_is_farther_out() -> None:
    assert z_above(0.001) == pytest.approx(3.0902, abs=1e-4)
    assert chi2_above(1e-12, 9) > chi2_above(1e-6, 9) > chi2_above(0.5, 9)
    assert t_tail(float("inf"), 3) == 0
    assert chi2_tail(0, 5) == 1
