"""Rows put together by the values of some columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sluice.profile.model import SliceKey
from sluice.profile.prepared import Prepared
from sluice.profile.spec import SliceSet

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Groups, each with its first position in ``order`` and its number of rows."""

    keys: tuple[SliceKey, ...]
    order: Integers
    starts: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coded:
    codes: Integers
    values: tuple[str | None, ...]


def groups(rows: Prepared, wanted: SliceSet) -> Groups | None:
    """The slices that the rows fall into; None where they are parted by producer and name none."""
    parts = [_coded(rows.part(f"cell:{name}"), rows.table.num_rows) for name in wanted.by]
    if wanted.producers:
        producers = rows.part("producer")
        if producers is None:
            return None
        parts.append(_coded(producers, rows.table.num_rows))
    codes, tuples = _together(parts)
    counts = np.bincount(codes, minlength=len(tuples))
    starts = np.cumsum(counts) - counts
    order = np.argsort(codes.astype(np.uint16) if len(tuples) <= 1 << 16 else codes, kind="stable")
    return Groups(
        keys=tuple(_key(values, wanted) for values in tuples),
        order=order,
        starts=tuple(starts.tolist()),
        counts=tuple(counts.tolist()),
    )


def _coded(column: pa.Array | None, rows: int) -> _Coded:
    """Small integers for the values; a column that the rows lack is null in all of them."""
    if column is None:
        return _Coded(codes=np.zeros(rows, np.int64), values=(None,))
    encoded = column.dictionary_encode()
    codes = np.asarray(encoded.indices.fill_null(len(encoded.dictionary)), np.int64)
    return _Coded(codes=codes, values=(*encoded.dictionary.cast(pa.string()).to_pylist(), None))


def _together(parts: list[_Coded]) -> tuple[Integers, list[tuple[str | None, ...]]]:
    """One code for each combination that occurs, and the combinations by code."""
    codes = np.zeros(len(parts[0].codes), np.int64)
    tuples: list[tuple[str | None, ...]] = [()]
    for part in parts:
        both = pa.array(codes * len(part.values) + part.codes).dictionary_encode()
        codes = np.asarray(both.indices, np.int64)
        seen = [divmod(each, len(part.values)) for each in both.dictionary.to_pylist()]
        tuples = [(*tuples[before], part.values[value]) for before, value in seen]
    return codes, tuples


def _key(values: tuple[str | None, ...], wanted: SliceSet) -> SliceKey:
    segment = tuple(zip(wanted.by, values, strict=False))
    return SliceKey(segment=segment, producer=values[-1] if wanted.producers else None)
