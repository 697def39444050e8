"""One column, counted batch by batch."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from datasketches import hll_sketch, kll_doubles_sketch

from sluice.profile import instants
from sluice.profile.columns import Kind
from sluice.profile.model import ColumnProfile, Lengths, Numbers, Span, Token
from sluice.profile.moments import NONE, joined, moments
from sluice.profile.runs import Coordinates, Runs
from sluice.profile.sketch import Doubles, new_distinct, new_quantiles, observe, observe_numbers
from sluice.profile.tokens import counts

NUMERIC = (Kind.INTEGER, Kind.NUMBER)
SAMPLE_ROWS = 4_096
"""Among so many cells it is looked whether values repeat: where they do, finding them first saves time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a column's profile is to hold."""

    tokens: tuple[Token, ...] = ()
    classified: bool = False
    sketches: bool = True
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Some cells of one column, with those that were absent or unfit (counted among the nulls)."""

    kind: Kind
    column: pa.Array
    absent: int = 0
    unfit: int = 0
    coordinates: Coordinates | None = None


@dataclass(slots=True)
class ColumnTally:
    """Counts of one column of one slice."""

    wanted: Wanted
    _rows: int = 0
    _nulls: int = 0
    _absent: int = 0
    _unfit: int = 0
    _missing: dict[Token, int] = field(default_factory=dict)
    _numbers: Numbers | None = None
    _lengths: Lengths | None = None
    _span: Span | None = None
    _quantiles: kll_doubles_sketch | None = None
    _distinct: hll_sketch | None = None
    _runs: Runs | None = None

    def __post_init__(self) -> None:
        self._missing = {token: 0 for token in self.wanted.tokens if token is not None}

    def add(self, cells: Cells) -> None:
        """Count cells."""
        column = cells.column
        self._rows += len(column)
        self._nulls += column.null_count
        self._absent += cells.absent
        self._unfit += cells.unfit
        if self._missing:
            for token, count in counts(column, cells.kind, self._missing).items():
                self._missing[token] += count
        if cells.kind is Kind.NESTED:
            return
        values = column.drop_null() if column.null_count else column
        self._observe(values, cells.kind)
        self._measure(values, cells.kind)
        if self.wanted.ordered and cells.coordinates is not None:
            self._follow(column, cells.kind, cells.coordinates)

    def profile(self) -> ColumnProfile:
        """What was counted so far."""
        return ColumnProfile(
            rows=self._rows,
            nulls=self._nulls,
            absent=self._absent,
            unfit=self._unfit,
            missing=dict(self._missing),
            numbers=self._numbers,
            lengths=self._lengths,
            span=self._span,
            quantiles=None if self._quantiles is None else bytes(self._quantiles.serialize()),
            distinct=None if self._distinct is None else bytes(self._distinct.serialize_compact()),
            order=None if self._runs is None else self._runs.order(),
            classified=self.wanted.classified,
        )

    def _measure(self, values: pa.Array, kind: Kind) -> None:
        match kind:
            case Kind.INTEGER | Kind.NUMBER | Kind.BOOLEAN:
                self._measure_numbers(values, kind)
            case Kind.TEXT if not self.wanted.classified and len(values):
                found = pc.min_max(pc.utf8_length(values))
                low, high = found["min"].as_py(), found["max"].as_py()
                held = self._lengths or Lengths(minimum=low, maximum=high)
                self._lengths = Lengths(minimum=min(low, held.minimum), maximum=max(high, held.maximum))
            case Kind.INSTANT if not self.wanted.classified and len(values):
                first, last = instants.bounds(values) or (None, None)
                if first is not None and last is not None:
                    held_span = self._span or Span(first=first, last=last)
                    self._span = Span(first=min(first, held_span.first), last=max(last, held_span.last))
            case _:
                pass

    def _measure_numbers(self, values: pa.Array, kind: Kind) -> None:
        if kind is Kind.BOOLEAN:
            values = values.cast(pa.uint8())
        finite = doubles(values)
        if kind is Kind.NUMBER and not (known := np.isfinite(finite)).all():
            finite = finite[known]
        found = moments(values, finite, bounds=not self.wanted.classified)
        self._numbers = joined((self._numbers or NONE, found))
        if kind is not Kind.BOOLEAN and self.wanted.sketches and not self.wanted.classified and len(finite):
            self._quantiles = self._quantiles or new_quantiles()
            observe_numbers(self._quantiles, finite)

    def _observe(self, values: pa.Array, kind: Kind) -> None:
        if not (self.wanted.sketches and len(values)):
            return
        self._distinct = self._distinct or new_distinct(dense=self.wanted.classified)
        observe(self._distinct, hashable(_repeated_once(values), kind))

    def _follow(self, column: pa.Array, kind: Kind, at: Coordinates) -> None:
        if self.wanted.classified or kind not in (*NUMERIC, Kind.INSTANT):
            return
        self._runs = self._runs or Runs()
        known = np.asarray(column.is_valid())
        values = column.drop_null()
        numbers = doubles(values) if kind is Kind.NUMBER else integers(values)
        if kind is Kind.NUMBER:
            ordered = ~np.isnan(numbers)
            known[known] = ordered
            numbers = numbers[ordered]
        self._runs.add(numbers, Coordinates(partitions=at.partitions[known], offsets=at.offsets[known]))


def doubles(values: pa.Array) -> Doubles:
    """Numbers without nulls as the nearest doubles."""
    if pa.types.is_decimal(values.type):
        values = values.cast(pa.float64())
    return np.asarray(values.to_numpy(zero_copy_only=False), np.float64)


def integers(values: pa.Array) -> npt.NDArray[np.int64]:
    """Integers or instants (microseconds) without nulls; above int64, which unsigned ones may be, its maximum."""
    if pa.types.is_timestamp(values.type):
        values = values.view(pa.int64())
    if pa.types.is_uint64(values.type):
        return np.asarray(np.minimum(values.to_numpy(), np.uint64(np.iinfo(np.int64).max)), np.int64)
    return np.asarray(values.to_numpy(), np.int64)


def hashable(values: pa.Array, kind: Kind) -> list[int | float | str]:
    """Values without nulls as what is hashed: integral doubles as integers, so that a widened type counts once."""
    match kind:
        case Kind.NUMBER if pa.types.is_decimal(values.type):
            return list(map(str, values.to_pylist()))
        case Kind.NUMBER:
            found = doubles(values)
            whole = (found == np.floor(found)) & (np.abs(found) < _EXACT)
            return [*found[whole].astype(np.int64).tolist(), *found[~whole].tolist()]
        case Kind.TEXT:
            return list(pc.if_else(pc.equal(values, ""), _EMPTY, values).to_numpy(zero_copy_only=False))
        case Kind.INSTANT:
            return list(values.view(pa.int64()).to_pylist())
        case Kind.OPAQUE:
            return list(map(str, values.to_pylist()))
        case Kind.INTEGER:
            return list(values.to_numpy().tolist())
        case _:
            return list(map(int, values.to_pylist()))


_EXACT = 2.0**53
_EMPTY = "\0"  # the library takes no empty text for a value


def _repeated_once(values: pa.Array) -> pa.Array:
    sample = values[:SAMPLE_ROWS]
    if len(pc.unique(sample)) > len(sample) // 2 and len(values) > SAMPLE_ROWS:
        return values
    return pc.unique(values)
