"""Tails of the chi-squared and of Student's distribution, from the incomplete gamma and beta functions.

Series and continued fractions as in Abramowitz and Stegun, 6.5.29, 6.5.31 and 26.5.8; relative error below 1e-10 where
the tail is above 1e-300 (the tests compare with published tables and with numerical integration).
"""

from collections.abc import Callable, Iterator
from itertools import count
from math import exp, inf, lgamma, log
from statistics import NormalDist
from typing import Final

_SMALL: Final = 1e-15
_TINY: Final = 1e-300
_STEPS_MAX: Final = 10_000


def chi2_tail(value: float, freedom: float) -> float:
    """The probability that a chi-squared variable with so many degrees of freedom is above ``value``."""
    if value <= 0:
        return 1.0
    a, x = freedom / 2, value / 2
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        return max(0.0, 1 - front * _series(a, x))
    return front / _continued(x + 1 - a, ((-i * (i - a), x + 2 * i + 1 - a) for i in count(1)))


def chi2_above(probability: float, freedom: float) -> float:
    """The value that a chi-squared variable exceeds with a probability: the quantile of the upper tail."""
    return _solve(lambda value: chi2_tail(value, freedom), probability)


def t_tail(value: float, freedom: float) -> float:
    """The probability that Student's t with so many degrees of freedom is above ``value`` or below its negative."""
    if value == inf:
        return 0.0
    return beta_share(freedom / 2, 0.5, freedom / (freedom + value * value))


def t_beyond(probability: float, freedom: float) -> float:
    """The value that Student's t exceeds to either side with a probability."""
    return _solve(lambda value: t_tail(value, freedom), probability)


def z_above(probability: float) -> float:
    """The value that a normal variable exceeds with a probability."""
    return -NormalDist().inv_cdf(probability)


def beta_share(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x > (a + 1) / (a + b + 2):
        return 1 - front / (b * _continued(1.0, _beta_terms(b, a, 1 - x)))
    return front / (a * _continued(1.0, _beta_terms(a, b, x)))


def _beta_terms(a: float, b: float, x: float) -> Iterator[tuple[float, float]]:
    for m in count():
        if m:
            yield m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1.0
        yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1.0


def _series(a: float, x: float) -> float:
    term = total = 1 / a
    for n in range(1, _STEPS_MAX):
        term *= x / (a + n)
        total += term
        if term < total * _SMALL:
            break
    return total


def _continued(first: float, terms: Iterator[tuple[float, float]]) -> float:
    """b0 + a1 / (b1 + a2 / (b2 + ...)) by the method of Lentz; ``terms`` are the pairs (a, b)."""
    value = c = first or _TINY
    d = 0.0
    for _, (a, b) in zip(range(_STEPS_MAX), terms, strict=False):
        d = 1 / ((b + a * d) or _TINY)
        c = (b + a / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < _SMALL:
            break
    return value


def _solve(tail: Callable[[float], float], probability: float) -> float:
    """Where a falling tail has a probability, by halving."""
    low, high = 0.0, 1.0
    while tail(high) > probability:
        low, high = high, 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if tail(middle) > probability else (low, middle)
    return high
