"""Quantiles and distinct counts in a few kilobytes: the sketches of Apache DataSketches, and what their errors are."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from datasketches import hll_sketch, hll_union, kll_doubles_sketch, tgt_hll_type

Doubles = npt.NDArray[np.float64]

QUANTILES_K: Final = 200
RANK_ERROR: Final = 0.0133
"""A quantile's rank is off by at most this, in 99 of 100 cases (KLL, k = 200, also after merges)."""

DISTINCT_LG_K: Final = 12
DISTINCT_ERROR: Final = 0.0163
"""One standard error of a distinct count, relative (HLL, lgK = 12, after merges; 0.0130 before the first)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A distinct count: the estimate, and bounds that hold in 95 of 100 cases (two standard errors)."""

    low: float
    value: float
    high: float


def new_quantiles() -> kll_doubles_sketch:
    """An empty quantile sketch: 2 to 5 KB, of doubles, whatever their number."""
    return kll_doubles_sketch(QUANTILES_K)


def new_distinct(*, dense: bool = False) -> hll_sketch:
    """An empty sketch of distinct values: 4 KB at most.

    ``dense`` keeps no single hash, but 4,096 maxima of hashes from the first value on: a guessed value can then be
    tested with many false answers only, where a sparse sketch would tell exactly whether it was seen.
    """
    return hll_sketch(DISTINCT_LG_K, tgt_hll_type.HLL_8, dense)


def observe(sketch: hll_sketch, values: Iterable[int | float | str]) -> None:
    """Add values of one column. Integral doubles count as the integers they equal: a type may be widened."""
    deque(map(sketch.update, values), maxlen=0)


def observe_numbers(sketch: kll_doubles_sketch, numbers: Doubles) -> None:
    """Add numbers without NaN. The library takes writable arrays alone, and one of a single number for a scalar."""
    if len(numbers) == 1:
        sketch.update(float(numbers[0]))
    elif len(numbers):
        sketch.update(np.require(numbers, requirements=["W", "C"]))


def merge_quantiles(sketches: Iterable[bytes]) -> bytes | None:
    """One sketch of all; None of none."""
    merged: kll_doubles_sketch | None = None
    for each in sketches:
        sketch = kll_doubles_sketch.deserialize(each)
        if merged is None:
            merged = sketch
        else:
            merged.merge(sketch)
    return None if merged is None else bytes(merged.serialize())


def merge_distinct(sketches: Iterable[bytes]) -> bytes | None:
    """One sketch of all; None of none."""
    held = list(sketches)
    if len(held) <= 1:
        return held[0] if held else None
    union = hll_union(DISTINCT_LG_K)
    for each in held:
        union.update(hll_sketch.deserialize(each))
    return bytes(union.get_result(tgt_hll_type.HLL_8).serialize_compact())


def quantiles_at(sketch: bytes | None, ranks: Sequence[float]) -> tuple[float, ...]:
    """The values at the ranks (0 to 1), each within RANK_ERROR; () without a sketch."""
    return tuple(kll_doubles_sketch.deserialize(sketch).get_quantiles(list(ranks), True)) if sketch else ()  # noqa: FBT003 - the library takes "inclusive" by position alone


def shares_at(sketch: bytes, cuts: Sequence[float]) -> tuple[float, ...]:
    """The share of the values in each of the right-closed bins between the cuts; both ends are open."""
    held = kll_doubles_sketch.deserialize(sketch)
    return tuple(held.get_pmf(list(cuts), True))  # noqa: FBT003 - as above


def distinct_count(sketch: bytes | None) -> Estimate:
    """How many distinct values; 0 without a sketch."""
    if sketch is None:
        return Estimate(low=0, value=0, high=0)
    held = hll_sketch.deserialize(sketch)
    return Estimate(low=held.get_lower_bound(2), value=held.get_estimate(), high=held.get_upper_bound(2))
