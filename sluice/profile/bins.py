"""Bins frozen from a reference, and exact counts by them: what drift is measured on."""

from collections.abc import Iterable
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

    A number that is as frequent as a whole bin should be gets a bin of its own; so do all, where there are no more
    distinct numbers than bins. Text and booleans get one bin for each value. Raises NoBins where no cell has a value.
    The bins show values of the column: not for classified fields.
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
        cuts=tuple(_cuts(values, counts, bins)),
        low=float(values[0]),
        high=float(values[-1]),
        mean=float(finite.mean()),
        deviation=float(finite.std(ddof=1)) if len(finite) > 1 else 0.0,
    )


def _cuts(values: Doubles, counts: npt.NDArray[np.int64], bins: int) -> Iterable[float]:
    """The right ends of all bins but the last, rising.

    Bins close where they have reached their share of what is left. A heavy value closes the bin before it just below
    itself, so that new values beside it do not fall into its bin.
    """
    if len(values) <= bins:
        return _own_bins(values)
    cuts: list[float] = []
    in_bin, left, bins_left = 0, int(counts.sum()), bins
    heavy = counts >= left / bins
    for position, (value, held) in enumerate(zip(values.tolist(), counts.tolist(), strict=True)):
        if heavy[position] and in_bin:
            cuts.append(_below(value))
            left, bins_left, in_bin = left - in_bin, bins_left - 1, 0
        in_bin += held
        last = position == len(values) - 1
        if not last and (heavy[position] or in_bin >= left / max(bins_left, 1)):
            cuts.append(value)
            left, bins_left, in_bin = left - in_bin, bins_left - 1, 0
    return cuts


def _own_bins(values: Doubles) -> Iterable[float]:
    """Between two values lies the end of the lower one's bin: what is new between them goes to the nearer one."""
    return [low + (high - low) / 2 for low, high in pairwise(values.tolist())]


def _below(value: float) -> float:
    return float(np.nextafter(value, -np.inf))


def _categories(cells: pa.Array) -> Categories:
    found = pc.value_counts(cells.drop_null().cast(pa.string())).to_pylist()
    ranked = sorted(found, key=lambda each: (-each["counts"], each["values"]))[:CATEGORIES_MAX]
    return Categories(values=tuple(sorted(each["values"] for each in ranked)))


def _count_categories(categories: Categories, cells: pa.Array) -> Histogram:
    text = cells.drop_null().cast(pa.string())
    places = pc.index_in(text, pa.array(categories.values, pa.string())).fill_null(len(categories.values))
    counts = np.bincount(np.asarray(places, np.int64), minlength=len(categories.values) + 1)
    return Histogram(edges=categories, counts=tuple(counts.tolist()), nulls=cells.null_count)
