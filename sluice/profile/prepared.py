"""Rows made ready to be counted: one table whose parts can be sorted and cut without knowing what they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluice.contract.measures import InvalidValues, MissingValues
from sluice.profile.columns import Kind, column_of, names_of, plain, text_of
from sluice.profile.model import CLOCKS, PAIRS
from sluice.profile.spec import ProfileSpec
from sluice.profile.tokens import among, truths

Positions = Sequence[int] | npt.NDArray[np.int64]
CREDIBLE = "credible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Rows, with the kinds of their columns. The names in ``table`` are those that the functions below make."""

    table: pa.RecordBatch
    kinds: Mapping[str, Kind]

    def part(self, name: str) -> pa.Array | None:
        """One of its columns; None where these rows have no such thing."""
        index = self.table.schema.get_field_index(name)
        return self.table.column(index) if index >= 0 else None

    def cut(self, start: int, rows: int) -> "Prepared":
        """Some of the rows, without copying them."""
        return Prepared(table=self.table.slice(start, rows), kinds=self.kinds)

    def sorted_by(self, order: npt.NDArray[np.int64], columns: tuple[str, ...] | None, *, lateness: bool) -> "Prepared":
        """The rows in another order, with those columns alone (None: all)."""
        kinds = {name: kind for name, kind in self.kinds.items() if columns is None or name in columns}
        wanted = [name for name in self.table.schema.names if _is_wanted(name, kinds, lateness=lateness)]
        return Prepared(table=self.table.select(wanted).take(pa.array(order)), kinds=kinds)


def _is_wanted(name: str, kinds: Mapping[str, Kind], *, lateness: bool) -> bool:
    sort, _, rest = name.partition(":")
    return rest in kinds if sort in _OF_COLUMNS else lateness or sort != "late"


_OF_COLUMNS = ("cell", "absent", "unfit")


def prepared(
    batch: pa.RecordBatch, spec: ProfileSpec, absent: Mapping[str, Positions], unfit: Mapping[str, Positions]
) -> Prepared:
    """The batch made ready: every part of it that the specification asks for and the rows have."""
    names = names_of(batch.schema, underscored=spec.underscored) if spec.columns is None else spec.columns
    found = {name: plain(column) for name in names if (column := column_of(batch, name)) is not None}
    parts = {f"cell:{name}": column for name, (_, column) in found.items()}
    marks = {f"absent:{name}": rows for name, rows in absent.items() if name in found}
    marks |= {f"unfit:{name}": rows for name, rows in unfit.items() if name in found}
    parts |= {name: pa.array(_mask(rows, batch.num_rows)) for name, rows in marks.items()}
    parts |= _technical(batch, spec)
    for rule, measure in spec.counted.items():
        parts[f"counted:{rule}"] = pa.array(_counted(measure, found, unfit, batch.num_rows))
    table = pa.RecordBatch.from_arrays(list(parts.values()), names=list(parts)) if parts else batch.select([])
    return Prepared(table=table, kinds={name: kind for name, (kind, _) in found.items()})


def _technical(batch: pa.RecordBatch, spec: ProfileSpec) -> dict[str, pa.Array]:
    names = spec.technical
    texts = {"version": names.version, "producer": names.producer}
    parts = {name: _text(column) for name, at in texts.items() if (column := column_of(batch, at)) is not None}
    numbers = {"partition": names.partition, "offset": names.offset}
    parts |= {
        name: column.cast(pa.int64()) for name, at in numbers.items() if (column := column_of(batch, at)) is not None
    }
    clocks = {name: column for name in CLOCKS if (column := _clock(batch, spec.technical.clock(name))) is not None}
    parts |= {f"clock:{name}": column for name, column in clocks.items()}
    if "event" in clocks:
        parts[f"clock:{CREDIBLE}"] = _credible(clocks)
    microseconds = {name: _microseconds(column) for name, column in clocks.items()}
    for pair in PAIRS:
        earlier, _, later = pair.partition(">")
        if earlier in clocks and later in clocks:
            parts[f"late:{pair}"] = pa.array((microseconds[later] - microseconds[earlier]) / 1e6)
    return parts


def _text(column: pa.Array) -> pa.Array:
    _, cells = plain(column)
    return text_of(cells).fill_null("")


def _clock(batch: pa.RecordBatch, name: str | None) -> pa.Array | None:
    column = column_of(batch, name) if name is not None else None
    kind, instants = plain(column) if column is not None else (None, None)
    return instants if kind is Kind.INSTANT else None


def _credible(clocks: Mapping[str, pa.Array]) -> pa.Array:
    event = clocks["event"]
    witness = clocks.get("landed", clocks.get("appended"))
    if witness is None:
        return event
    ahead = truths(pc.greater(event, witness))
    return pc.if_else(pa.array(ahead), pa.scalar(None, event.type), event)


def _microseconds(instants: pa.Array) -> npt.NDArray[np.float64]:
    """Null is NaN. A double holds every microsecond up to the year 2255."""
    return np.asarray(instants.view(pa.int64()).cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))


def _mask(rows: Positions, count: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros(count, np.bool_)
    mask[np.asarray(rows, np.int64)] = True
    return mask


def _counted(
    measure: MissingValues | InvalidValues,
    found: Mapping[str, tuple[Kind, pa.Array]],
    unfit: Mapping[str, Positions],
    rows: int,
) -> npt.NDArray[np.int32]:
    """Of each row, how many of the rule's fields hold what it counts."""
    total = np.zeros(rows, np.int32)
    for name in measure.fields:
        if name not in found:
            continue
        kind, column = found[name]
        unfit_here = _mask(unfit.get(name, ()), rows)
        match measure:
            case MissingValues():
                total += among(column, kind, measure.tokens)
                if None in measure.tokens:
                    total += truths(column.is_null()) & ~unfit_here
            case InvalidValues():
                total += _invalid(measure, kind, column) | unfit_here
    return total


def _invalid(measure: InvalidValues, kind: Kind, column: pa.Array) -> npt.NDArray[np.bool_]:
    wrong = np.zeros(len(column), np.bool_)
    if measure.valid:
        wrong |= ~among(column, kind, measure.valid)
    if measure.pattern is not None and kind is Kind.TEXT:
        wrong |= ~truths(pc.match_substring_regex(column, measure.pattern))
    return wrong & truths(column.is_valid())
