"""What an Iceberg table says of itself: the files of a period, and the states that it can be read in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.expressions import EqualTo
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

PARTITION: Final = "_period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A state of the table that can still be read; ``at`` is when it was committed (UTC)."""

    id: int
    at: datetime


def of(period: str) -> EqualTo:
    """The rows of a period."""
    # mypy knows the fields of the model alone, and not its constructor.
    return EqualTo(PARTITION, period)  # type: ignore[call-arg, arg-type]


def files(table: Table, period: str) -> dict[str, DataFile]:
    """The files of a period, by address."""
    return {task.file.file_path: task.file for task in table.scan(row_filter=of(period)).plan_files()}


def columns(table: Table, uris: Iterable[str]) -> tuple[pa.Schema, ...]:
    """Those of files that are to be added, by their footers; each set of them once."""
    found: list[pa.Schema] = []
    for uri in uris:
        with table.io.new_input(uri).open() as file:
            there = pq.read_schema(file).remove_metadata()
        if there not in found:
            found.append(there)
    return tuple(found)


def periods(table: Table) -> frozenset[str]:
    """Those that it has files of."""
    return frozenset(str(task.file.partition[0]) for task in table.scan().plan_files())


def newest(table: Table) -> int | None:
    """The id of its newest snapshot."""
    snapshot = table.current_snapshot()
    return snapshot.snapshot_id if snapshot else None


def saying(table: Table, properties: Mapping[str, str]) -> int | None:
    """The id of the newest snapshot whose summary says all of this."""
    if not properties:
        return None
    for snapshot in sorted(table.metadata.snapshots, key=lambda each: each.timestamp_ms, reverse=True):
        told = snapshot.summary
        if told is not None and all(told[name] == value for name, value in properties.items()):
            return snapshot.snapshot_id
    return None


def unnamed(table: Table, before: datetime) -> tuple[Snapshot, ...]:
    """Its snapshots from before an instant that no branch or tag names, the oldest first."""
    named = {ref.snapshot_id for ref in table.metadata.refs.values()}
    found = (each for each in table.metadata.snapshots if each.snapshot_id not in named)
    told = (Snapshot(id=each.snapshot_id, at=datetime.fromtimestamp(each.timestamp_ms / 1000, UTC)) for each in found)
    return tuple(sorted((each for each in told if each.at < before), key=lambda each: each.at))
