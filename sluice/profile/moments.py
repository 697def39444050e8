"""Moments of numbers, of an array and of two parts together (Chan, Golub, LeVeque 1979)."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluice.profile.model import Number, Numbers
from sluice.profile.sketch import Doubles

NONE: Final = Numbers()


def moments(values: pa.Array, finite: Doubles, *, bounds: bool) -> Numbers:
    """Moments of a column without nulls, given its finite values as doubles; bounds are those of the finite ones."""
    not_finite = len(values) - len(finite)
    if not len(finite):
        return Numbers(not_finite=not_finite)
    with np.errstate(over="ignore"):
        mean = float(finite.mean())
        if not np.isfinite(mean):  # the sum does not fit, but the mean does
            mean = float((finite / len(finite)).sum())
        m2 = float(np.square(finite - mean).sum())
    low, high = _bounds(values, finite) if bounds else (None, None)
    return Numbers(count=len(finite), mean=mean, m2=m2, minimum=low, maximum=high, not_finite=not_finite)


def _bounds(values: pa.Array, finite: Doubles) -> tuple[Number, Number]:
    if pa.types.is_integer(values.type):
        found = pc.min_max(values)
        return found["min"].as_py(), found["max"].as_py()
    return float(finite.min()) + 0.0, float(finite.max()) + 0.0  # -0.0 + 0.0 is 0.0


def joined(parts: Iterable[Numbers]) -> Numbers:
    """The moments of all parts together."""
    total = NONE
    for part in parts:
        total = _two(total, part)
    return total


def _two(a: Numbers, b: Numbers) -> Numbers:
    not_finite = a.not_finite + b.not_finite
    if not (a.count and b.count):
        held = a if a.count else b
        return Numbers(
            count=held.count,
            mean=held.mean,
            m2=held.m2,
            minimum=held.minimum,
            maximum=held.maximum,
            not_finite=not_finite,
        )
    count = a.count + b.count
    delta = b.mean - a.mean
    return Numbers(
        count=count,
        # The weighted form is the same from both sides, and does not overflow where a difference would.
        mean=a.mean * (a.count / count) + b.mean * (b.count / count),
        m2=a.m2 + b.m2 + delta * delta * (a.count * b.count / count),
        minimum=None if a.minimum is None or b.minimum is None else min(a.minimum, b.minimum),
        maximum=None if a.maximum is None or b.maximum is None else max(a.maximum, b.maximum),
        not_finite=not_finite,
    )
