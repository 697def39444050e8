"""One batch staged: bronze files in, one typed file with its profile for each period and contract version out."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connections.storage import Storage, StorageMissing
from sla import bronze
from sla.batches import Batch, Done, Staged, Trouble
from sla.decode import EXTRA, Decoded, Decoder
from sla.paths import Folders, Landed, landed
from sluice.checks.assign import assign
from sluice.checks.periods import Grid
from sluice.contract.model import Field, SchemaObject
from sluice.contract.stream import Stream, UnknownFields
from sluice.ledger.runs import runs_of
from sluice.profile.builder import ProfileBuilder
from sluice.profile.codec import encode
from sluice.profile.model import ArrivalCounts, Arrivals, PeriodProfile
from sluice.profile.spec import ProfileSpec

VALID: Final = "valid"
FIRST_ATTEMPT: Final = b"1"
HOUR: Final = "hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that staging an object depends on. ``fields_of`` knows the fields of every version that judged records."""

    folders: Folders
    described: SchemaObject
    stream: Stream
    grid: Grid
    spec: ProfileSpec
    fields_of: Callable[[str], tuple[Field, ...] | None]


@dataclass(slots=True)
class _Tally:
    """What is counted while a batch goes by."""

    rows: int = 0
    bytes: int = 0
    arrivals: dict[datetime, Counter[str]] = field(default_factory=dict)
    watermarks: dict[int, datetime] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Typed rows of one version from one file, with the positions of what was absent or did not fit."""

    version: str
    batch: pa.RecordBatch
    decoded: Decoded


def stage(storage: Storage, recipe: Recipe, batch: Batch) -> Done:
    """Stage a batch. The same batch always ends in the same files; those that are there already stay."""
    started = time.process_time()
    tally = _Tally()
    parts: dict[str, list[_Part]] = {}
    for path in batch.files:
        place = landed(path)
        if place is None:
            tally.troubles.append(Trouble(kind="unreadable", path=path, detail="not a path of the landing job"))
            continue
        for part in _read(storage, recipe, place, tally):
            parts.setdefault(part.version, []).append(part)
    staged = [
        made
        for version, found in sorted(parts.items())
        for made in _write(storage, recipe, batch.number, version, found)
    ]
    return Done(
        number=batch.number,
        rows=tally.rows,
        bytes=tally.bytes,
        cpu_seconds=time.process_time() - started,
        staged=tuple(staged),
        arrivals=Arrivals(hours={hour: ArrivalCounts(**counts) for hour, counts in sorted(tally.arrivals.items())}),
        watermarks=dict(sorted(tally.watermarks.items())),
        troubles=tuple(tally.troubles),
    )


def _read(storage: Storage, recipe: Recipe, place: Landed, tally: _Tally) -> Iterator[_Part]:
    try:
        data, _ = storage.get(place.path)
        rows = bronze.read(data)
    except StorageMissing:
        tally.troubles.append(Trouble(kind="unreadable", path=place.path, detail="the file is gone"))
        return
    except bronze.Unreadable as why:
        tally.troubles.append(Trouble(kind="unreadable", path=place.path, detail=str(why)))
        return
    tally.rows += len(rows)
    tally.bytes += len(data)
    unmarked = rows.version.null_count
    if unmarked:
        tally.troubles.append(Trouble(kind="unmarked", path=place.path, rows=unmarked))
    _watermarks(rows, tally)
    if place.topic == recipe.stream.dead_letter:
        first = pc.fill_null(pc.equal(rows.header(bronze.ATTEMPT_HEADER), FIRST_ATTEMPT), fill_value=True)
        kinds = pc.if_else(first, "invalid_first", "invalid_replayed")
        _arrivals(rows, pc.if_else(pc.is_valid(rows.version), kinds, None), tally)
        return
    _arrivals(rows, rows.verdict, tally)
    yield from _parts(rows, recipe, place, tally)


def _parts(rows: bronze.Rows, recipe: Recipe, place: Landed, tally: _Tally) -> Iterator[_Part]:
    """Valid rows by the version that judged them. A tombstone says that an entity is gone: it has no row."""
    has_value = pc.is_valid(rows.table.column("value").combine_chunks())
    wanted = pc.and_(pc.fill_null(pc.equal(rows.verdict, VALID), fill_value=False), has_value)
    versions = pc.if_else(wanted, rows.version, None)
    for version in sorted(pc.unique(versions.drop_null()).to_pylist()):
        chosen = np.flatnonzero(pc.fill_null(pc.equal(versions, version), fill_value=False))
        known = recipe.fields_of(unquote(version))
        if known is None:
            told = f"version {unquote(version)} is unknown here; read by the fields of today"
            tally.troubles.append(Trouble(kind="unknown-version", path=place.path, rows=len(chosen), detail=told))
        extras = recipe.stream.unknown_fields is not UnknownFields.REJECT
        decoder = Decoder(known or recipe.described.fields, extras=extras)
        decoded = decoder.decode(bronze.payloads(rows, pa.array(chosen), recipe.stream.encoding.value))
        if lost := _undecodable(decoded, len(chosen)):
            tally.troubles.append(Trouble(kind="undecodable", path=place.path, rows=lost))
        yield _Part(
            version=unquote(version), batch=_typed(rows, chosen, decoded, recipe, unquote(version)), decoded=decoded
        )


def _undecodable(decoded: Decoded, rows: int) -> int:
    """Rows of which nothing fitted: no field at all could be read."""
    names = [name for name in decoded.columns if name != EXTRA]
    if not names or any(name not in decoded.unfit for name in names):
        return 0
    together = np.ones(rows, np.bool_)
    for name in names:
        together &= decoded.unfit[name]
    return int(together.sum())


def _typed(rows: bronze.Rows, chosen: Any, decoded: Decoded, recipe: Recipe, version: str) -> pa.RecordBatch:
    header = recipe.stream.producer_header
    producer = _text(rows.header(header).take(chosen)) if header else pa.nulls(len(chosen), pa.string())
    return pa.RecordBatch.from_pydict({
        **decoded.columns,
        "_raw_partition": rows.raw_partition.take(chosen),
        "_raw_offset": rows.raw_offset.take(chosen),
        "_appended_at": rows.appended_at.take(chosen),
        "_judged_at": rows.judged_at.take(chosen),
        "_landed_at": rows.landed_at.take(chosen),
        "_version": pa.array([version] * len(chosen), pa.string()),
        "_producer": producer,
    })  # fmt: skip


def _text(values: pa.Array) -> pa.Array:
    """Header bytes as text; what is no UTF-8 names nobody."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([value.decode(errors="replace") if value else None for value in values.to_pylist()])


def _write(storage: Storage, recipe: Recipe, number: int, version: str, parts: list[_Part]) -> Iterator[Staged]:
    table = pa.Table.from_batches([part.batch for part in parts]).combine_chunks()
    absent = _joined([(part.decoded.absent, part.batch.num_rows) for part in parts])
    unfit = _joined([(part.decoded.unfit, part.batch.num_rows) for part in parts])
    assigned = assign(recipe.grid, _event_micros(table, recipe.stream.event_time))
    for at, period in enumerate(assigned.periods):
        chosen = np.flatnonzero(assigned.index == at)
        mine = table.take(pa.array(chosen)).append_column("_period", pa.array([period.label] * len(chosen)))
        path = f"{recipe.folders.period(period.label)}{number:08d}-{version}.parquet"
        data = _parquet(mine)
        builder = ProfileBuilder(recipe.spec)
        builder.add(
            mine.combine_chunks().to_batches()[0],
            absent={name: np.flatnonzero(mask[chosen]) for name, mask in absent.items()},
            unfit={name: np.flatnonzero(mask[chosen]) for name, mask in unfit.items()},
        )
        made = Staged(
            path=path,
            period=period.label,
            version=version,
            rows=len(chosen),
            bytes=len(data),
            offsets=_offsets(mine),
        )
        storage.put_new(path, data)
        profile = PeriodProfile(
            contract=recipe.folders.contract,
            version=version,
            object=recipe.described.name,
            period=period,
            slices=builder.slices(),
        )
        storage.put_new(made.profile, encode(profile))
        yield made


def _joined(parts: list[tuple[Mapping[str, Any], int]]) -> dict[str, Any]:
    """Masks of the parts as masks of all of them, one after another."""
    names = {name for masks, _ in parts for name in masks}
    return {
        name: np.concatenate([masks[name] if name in masks else np.zeros(rows, np.bool_) for masks, rows in parts])
        for name in names
    }


def _event_micros(table: pa.Table, event_time: str | None) -> Any:
    """The event time of each row, and where there is none that of its append: every row belongs to some period."""
    appended = table.column("_appended_at").combine_chunks()
    event = appended
    if event_time is not None:
        path = event_time.split(".") if event_time not in table.column_names else [event_time]
        column = table.column(path[0]).combine_chunks()
        for name in path[1:]:
            column = pc.struct_field(column, name)
        event = pc.coalesce(column, appended)
    whole = event.combine_chunks() if isinstance(event, pa.ChunkedArray) else event
    return whole.cast(pa.int64()).to_numpy(zero_copy_only=False)


def _parquet(table: pa.Table) -> bytes:
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _offsets(table: pa.Table) -> dict[int, Any]:
    partitions = table.column("_raw_partition").to_numpy()
    offsets = table.column("_raw_offset").to_numpy()
    return {int(each): runs_of(offsets[partitions == each].tolist()) for each in np.unique(partitions)}


def _watermarks(rows: bronze.Rows, tally: _Tally) -> None:
    known = pa.table({"partition": rows.raw_partition, "at": rows.appended_at}).filter(pc.is_valid(rows.raw_partition))
    newest = known.group_by("partition").aggregate([("at", "max")]).to_pydict()
    for partition, at in zip(newest["partition"], newest["at_max"], strict=True):
        tally.watermarks[partition] = max(tally.watermarks.get(partition, at), at)


def _arrivals(rows: bronze.Rows, kinds: pa.Array, tally: _Tally) -> None:
    hours = pc.floor_temporal(rows.appended_at, unit=HOUR)
    counted = pa.table({"hour": hours, "kind": kinds}).filter(pc.is_valid(kinds)).group_by(["hour", "kind"])
    found = counted.aggregate([([], "count_all")]).to_pydict()
    for hour, kind, count in zip(found["hour"], found["kind"], found["count_all"], strict=True):
        tally.arrivals.setdefault(hour.astimezone(UTC), Counter())[kind] += count
