"""One batch staged: bronze files in, one typed file with its profile for each period and contract version out."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, Final
from urllib.parse import quote

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connections.storage import Storage, StorageMissing
from sla.paths import landed
from sla.staging import bronze
from sla.staging.batches import Batch, Done, Staged
from sla.staging.recount import marks
from sla.staging.rows import column
from sla.staging.tally import Tally
from sla.staging.typed import Part, Recipe, typed
from sluice.checks.assign import assign
from sluice.ledger.runs import runs_of
from sluice.profile.builder import ProfileBuilder
from sluice.profile.codec import encode
from sluice.profile.model import PeriodProfile
from sluice.profile.spec import ProfileSpec

NAMED_MAX: Final = 80  # of a version in a file's name
HASH_BYTES: Final = 8


def stage(storage: Storage, recipe: Recipe, batch: Batch) -> Done:
    """Stage a batch. The same batch by the same contract ends in the same files; those that are there already stay."""
    started = time.process_time()
    tally = Tally()
    parts: dict[str, list[Part]] = {}
    for path in batch.files:
        place = landed(path)
        if place is None:
            tally.tell("unreadable", path, detail="not a path of the landing job")
            continue
        for part in _read(storage, recipe, path, tally, letters=place.topic in batch.dead_letters):
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
        arrivals=tally.arrivals,
        watermarks=dict(sorted(tally.watermarks.items())),
        troubles=tally.troubles,
    )


def _read(storage: Storage, recipe: Recipe, path: str, tally: Tally, *, letters: bool) -> list[Part]:
    """The typed rows of a file, counted; all of it or nothing."""
    parts: list[Part] = []
    try:
        data, _ = storage.get(path)
        mine = Tally(bytes=len(data))
        for rows in bronze.read(data, recipe.folders.contract):
            mine.add(rows, path, letters=letters)
            if not letters:
                parts += typed(rows, recipe, path, mine)
    except StorageMissing:
        tally.tell("unreadable", path, detail="the file is gone")
        return []
    except bronze.Unreadable as why:
        tally.tell("unreadable", path, detail=str(why))
        return []
    tally.take(mine)
    return parts


def _write(storage: Storage, recipe: Recipe, number: int, version: str, parts: list[Part]) -> Iterator[Staged]:
    table = pa.Table.from_batches([part.batch for part in parts]).combine_chunks()
    absent = _joined([(part.decoded.absent, part.batch.num_rows) for part in parts])
    unfit = _joined([(part.decoded.unfit, part.batch.num_rows) for part in parts])
    layout = recipe.layout_of(version)
    spec = recipe.spec if layout is None else _timed_by(recipe.spec, layout.event_time)
    assigned = assign(recipe.grid, _event_micros(table, spec.technical.event))
    for at, period in enumerate(assigned.periods):
        chosen = np.flatnonzero(assigned.index == at)
        mine = table.take(pa.array(chosen)).append_column("_period", pa.array([period.label] * len(chosen)))
        data = _parquet(mine)
        masks = [{name: np.flatnonzero(mask[chosen]) for name, mask in each.items()} for each in (absent, unfit)]
        builder = ProfileBuilder(spec)
        builder.add(mine.combine_chunks().to_batches()[0], absent=masks[0], unfit=masks[1])
        name = f"{number:08d}-{quote(version, safe='')[:NAMED_MAX]}-{_content(data, masks, spec)}"
        path = f"{recipe.folders.period(period.label)}{name}.parquet"
        made = Staged(
            path=path,
            period=period.label,
            version=version,
            rows=len(chosen),
            bytes=len(data),
            offsets=_offsets(mine),
            counted=marks(spec),
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


def _timed_by(spec: ProfileSpec, event_time: str | None) -> ProfileSpec:
    """The specification for rows whose own version tells their event time by another field."""
    return replace(spec, technical=replace(spec.technical, event=event_time))


def _event_micros(table: pa.Table, event_time: str | None) -> Any:
    """The event time of each row, and where there is none the first clock there is: every row has some period."""
    clocks = [table.column(name) for name in ("_appended_at", "_judged_at", "_landed_at")]
    told = column(table, event_time) if event_time is not None else None
    if told is not None and pa.types.is_timestamp(told.type):
        clocks = [told, *clocks]
    whole = pc.coalesce(*clocks, bronze.BEGINNING).combine_chunks()
    return whole.cast(pa.int64()).to_numpy(zero_copy_only=False)


def _content(data: bytes, masks: Iterable[Mapping[str, Any]], spec: ProfileSpec) -> str:
    """What a typed file and its profile are made of, in short.

    Another run may have another contract in its hands: its file must not be taken for ours, nor ours for its.
    """
    told = hashlib.blake2b(data, digest_size=HASH_BYTES)
    for each in masks:
        for name, rows in sorted(each.items()):
            told.update(msgspec.json.encode((name, len(rows))))
            told.update(rows.tobytes())
    told.update(msgspec.json.encode(spec, order="sorted"))
    return told.hexdigest()


def _parquet(table: pa.Table) -> bytes:
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _offsets(table: pa.Table) -> dict[int, Any]:
    partitions = table.column("_raw_partition").to_numpy()
    offsets = table.column("_raw_offset").to_numpy()
    return {int(each): runs_of(offsets[partitions == each].tolist()) for each in np.unique(partitions)}
