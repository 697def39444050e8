"""Bins frozen from a reference, and exact counts by them: what drift is measured on."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluice.profile.column_tally import doubles
from sluice.profile.columns import Kind, plain
from sluice.profile.model import Categories, Edges, Histogram
from sluice.profile.sketch import Doubles

CATEGORIES_MAX: Final = 50
"""More values than this are not told apart: the rarest share the last bin."""


class NoBins(ValueError):  # noqa: N818 - a kind of reference, told in a sentence
    """A column of which no bins can be made."""


def freeze(column: pa.Array | pa.ChunkedArray, bins: int = 10) -> Histogram:
    """Bins of about equal counts made from a reference's column, with the reference's own counts.

    A number that is as frequent as a whole bin should be gets a bin of its own, and there are then fewer others; what
    is rare beside it goes to it. Text and booleans get one bin for each value. Raises NoBins where no cell has a
    value. The bins show values of the column: not for classified fields.
    """
    kind, cells = _plain(column)
    if cells.null_count == len(cells):
        raise NoBins("the reference holds no value of this field")
    match kind:
        case Kind.INTEGER | Kind.NUMBER | Kind.INSTANT:
            found = _ordered(_numbers(cells, kind))
            if not len(found):
                raise NoBins("the reference holds no finite number of this field")
            edges: Edges | Categories = _edges(found, bins)
        case Kind.TEXT | Kind.BOOLEAN:
            edges = _categories(cells)
        case _:
            raise NoBins(f"values of type {cells.type} have no bins")
    return count(edges, cells)


def count(edges: Edges | Categories, column: pa.Array | pa.ChunkedArray) -> Histogram:
    """The rows of a column by frozen bins. Nulls and NaN are apart; the infinities belong to the open bins."""
    kind, cells = _plain(column)
    if isinstance(edges, Categories):
        return _count_categories(edges, cells)
    ordered = _ordered(_numbers(cells, kind)) if kind in _ORDERED else np.zeros(0)
    places = np.searchsorted(np.asarray(edges.cuts, np.float64), ordered, side="left")
    counts = np.bincount(places, minlength=len(edges.cuts) + 1)
    return Histogram(edges=edges, counts=tuple(counts.tolist()), nulls=len(cells) - len(ordered))


_ORDERED = (Kind.INTEGER, Kind.NUMBER, Kind.INSTANT)


def _plain(column: pa.Array | pa.ChunkedArray) -> tuple[Kind, pa.Array]:
    return plain(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)


def _numbers(cells: pa.Array, kind: Kind) -> Doubles:
    """Doubles; instants are microseconds since 1970."""
    values = cells.drop_null()
    return doubles(values.view(pa.int64()) if kind is Kind.INSTANT else values)


def _ordered(numbers: Doubles) -> Doubles:
    return np.asarray(numbers[~np.isnan(numbers)])


def _edges(numbers: Doubles, bins: int) -> Edges:
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        raise NoBins("the reference holds no finite number of this field")
    values, counts = np.unique(finite, return_counts=True)
    return Edges(
        cuts=_cuts(values, counts, bins),
        low=float(values[0]),
        high=float(values[-1]),
        mean=float(finite.mean()),
        deviation=float(finite.std(ddof=1)) if len(finite) > 1 else 0.0,
    )


def _cuts(values: Doubles, counts: npt.NDArray[np.int64], bins: int) -> tuple[float, ...]:
    """The right ends of all bins but the last, rising."""
    parts = [_Part(values=values[start:end], heavy=heavy) for start, end, heavy in _parts(counts, bins)]
    return tuple(_cut(before, after) for before, after in pairwise(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The distinct values of one bin; ``heavy``: one value that has it for itself."""

    values: Doubles
    heavy: bool


def _cut(before: _Part, after: _Part) -> float:
    """Where new values between two bins part: they go to the nearer one, but never into the bin of a heavy value."""
    low, high = float(before.values[-1]), float(after.values[0])
    if before.heavy and not after.heavy:
        return low
    if after.heavy and not before.heavy:
        return float(np.nextafter(high, -np.inf))
    middle = low + (high - low) / 2
    return middle if middle < high else low


def _parts(counts: npt.NDArray[np.int64], bins: int) -> list[tuple[int, int, bool]]:
    """Positions [start, end) of the values of each bin, and whether it is that of a heavy value.

    A bin with too few rows makes a distance noisy: what lies beside a heavy value and is less than a quarter of a
    bin shares the heavy one's.
    """
    share = int(counts.sum()) / bins
    parts: list[tuple[int, int, bool]] = []
    start = 0
    for position in [*np.flatnonzero(counts >= share).tolist(), len(counts)]:
        light = counts[start:position]
        if light.sum() >= share / 4:
            parts += _even(light, start, share)
            start = position
        elif len(light) and parts and position == len(counts):
            parts[-1] = (parts[-1][0], position, False)
        if position < len(counts):
            parts.append((start, position + 1, start == position))
            start = position + 1
    return parts


def _even(counts: npt.NDArray[np.int64], offset: int, share: float) -> list[tuple[int, int, bool]]:
    """Values of about equal weight put together, none of them heavy; a bin closes where it is nearest to its part."""
    left, bins_left = int(counts.sum()), max(round(int(counts.sum()) / share), 1)
    parts = []
    start, in_bin = 0, 0
    for position, held in enumerate(counts.tolist()):
        if in_bin and bins_left > 1 and in_bin + held / 2 > left / bins_left:
            parts.append((offset + start, offset + position, False))
            left, bins_left, start, in_bin = left - in_bin, bins_left - 1, position, 0
        in_bin += held
    return [*parts, (offset + start, offset + len(counts), False)]


def _categories(cells: pa.Array) -> Categories:
    found = pc.value_counts(cells.drop_null().cast(pa.string())).to_pylist()
    ranked = sorted(found, key=lambda each: (-each["counts"], each["values"]))[:CATEGORIES_MAX]
    return Categories(values=tuple(sorted(each["values"] for each in ranked)))


def _count_categories(categories: Categories, cells: pa.Array) -> Histogram:
    text = cells.drop_null().cast(pa.string())
    places = pc.index_in(text, pa.array(categories.values, pa.string())).fill_null(len(categories.values))
    counts = np.bincount(np.asarray(places, np.int64), minlength=len(categories.values) + 1)
    return Histogram(edges=categories, counts=tuple(counts.tolist()), nulls=cells.null_count)
