"""The coordinates of bronze and staged files: a few columns, never a payload."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sla.paths import Landed
from sla.staging.bronze import Unreadable, opened, unreadable
from sla.staging.marks import ascii_text, flat, marks
from sluice.envelope.names import CONTRACT_HEADER
from sluice.ledger.offsets import Array

SOURCE: Final = "__contract.source."
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Rows of a file that no ledger can hold, or only with a question.

    ``unreadable`` (the file), ``unmarked`` (no header of ours), ``foreign`` (judged by
    another contract), ``misplaced`` (of another partition than the path's),
    ``mislabelled`` (a verdict that does not belong into this output), ``disagreeing`` (a dead letter whose own
    coordinates are others than its header's).
    """

    kind: str
    path: str
    rows: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """Where the rows of one bronze file are in the output topic, and where they were in the raw topic.

    ``offset`` is of all rows; the others are of those with a header of ours, ``row`` says which of them are staged: the
    valid ones that have a value.
    """

    offset: Array
    raw_partition: Array
    raw_offset: Array
    row: Mask
    oddities: tuple[Oddity, ...] = ()


def of_bronze(data: bytes, place: Landed, *, raw: str, contract: str, dead_letter: bool) -> Coordinates:
    """The coordinates that a bronze file holds; Unreadable where it is none."""
    file = opened(data)
    with unreadable():
        names = ["offset", "partition", "headers"] + ([] if _all_have_values(file) else ["value"])
        table = file.read(columns=names).combine_chunks()
        headers = _Headers(flat(table, "headers"))
        at, told, foreign = headers.parsed(contract)
        partition, offset = _int64(told, "partition"), _int64(told, "offset")
        verdict = pc.struct_field(told, "verdict")
        valid = _mask(pc.equal(verdict, "valid"))
        wrong = _mask(pc.equal(verdict, "invalid")) != dead_letter
        has_value = _mask(pc.is_valid(flat(table, "value")))[at] if "value" in names else np.ones(len(at), np.bool_)
        strange = _mask(pc.not_equal(flat(table, "partition"), place.partition))
        disagreeing = headers.disagreeing(at, raw, partition, offset) if dead_letter else 0
        rows: int = table.num_rows
        offsets = flat(table, "offset").cast(pa.int64())
        if offsets.null_count:
            raise Unreadable(f"{offsets.null_count} rows have no offset")
        return Coordinates(
            offset=offsets.to_numpy(zero_copy_only=False),
            raw_partition=partition,
            raw_offset=offset,
            row=valid & has_value & np.bool_(not dead_letter),
            oddities=_oddities(
                place.path,
                unmarked=rows - len(at) - foreign,
                foreign=foreign,
                misplaced=int(strange.sum()),
                mislabelled=int(wrong.sum()),
                disagreeing=disagreeing,
            ),
        )


def of_staged(data: bytes) -> tuple[Array, Array]:
    """The raw partitions and raw offsets of the rows of a staged file; Unreadable where it is none."""
    with unreadable():
        table = pq.ParquetFile(BytesIO(data)).read(columns=["_raw_partition", "_raw_offset"])
        partition, offset = (flat(table, name).cast(pa.int64()) for name in ("_raw_partition", "_raw_offset"))
        return partition.to_numpy(zero_copy_only=False), offset.to_numpy(zero_copy_only=False)


class _Headers:
    """A column of headers, looked into by name; of several of one name in a row the last counts."""

    def __init__(self, column: pa.MapArray) -> None:
        self._keys, self._items = column.keys, column.items
        self._ends = np.asarray(column.offsets)[1:]

    def values(self, name: str) -> tuple[Array, pa.Array]:
        """The rows that have the header, ascending, and its values there."""
        found = np.flatnonzero(_mask(pc.equal(self._keys, name)))
        rows = np.searchsorted(self._ends, found, side="right")
        last = np.append(rows[1:] != rows[:-1], True) if len(rows) else np.zeros(0, np.bool_)
        return rows[last], self._items.take(pa.array(found[last]))

    def parsed(self, contract: str) -> tuple[Array, pa.StructArray, int]:
        """The rows with a header of ours, and its parts; how many rows have one of another contract."""
        rows, values = self.values(CONTRACT_HEADER)
        found = marks(values, contract)
        known = np.flatnonzero(_mask(pc.is_valid(found.told)))
        return rows[known], found.told.take(pa.array(known)), found.foreign

    def disagreeing(self, at: Array, raw: str, partition: Array, offset: Array) -> int:
        """How many dead letters name another source than their header does."""
        wanted = {
            "topic": pa.array([raw] * len(at), pa.string()),
            "partition": pa.array(partition).cast(pa.string()),
            "offset": pa.array(offset).cast(pa.string()),
        }
        wrong = np.zeros(len(at), np.bool_)
        for name, expected in wanted.items():
            rows, values = self.values(SOURCE + name)
            marked = np.flatnonzero(np.isin(rows, at))
            place = np.searchsorted(at, rows[marked])
            told = ascii_text(values.take(pa.array(marked)))
            wrong[place] |= ~_mask(pc.equal(told, expected.take(pa.array(place))))
        return int(wrong.sum())


def _oddities(path: str, **rows: int) -> tuple[Oddity, ...]:
    return tuple(Oddity(kind=kind, path=path, rows=number) for kind, number in rows.items() if number)


def _all_have_values(file: pq.ParquetFile) -> bool:
    """Whether the footer says so: then the payloads need not be read."""
    footer = file.metadata
    column = next(at for at in range(footer.num_columns) if footer.schema.column(at).path == "value")
    told = [footer.row_group(group).column(column).statistics for group in range(footer.num_row_groups)]
    return all(each is not None and each.has_null_count and each.null_count == 0 for each in told)


def _int64(told: pa.StructArray, name: str) -> Array:
    found: Array = pc.struct_field(told, name).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found


def _mask(column: Any) -> Mask:
    found: Mask = pc.fill_null(column, fill_value=False).to_numpy(zero_copy_only=False)
    return found
