"""One bronze file of validated records as typed rows, by the contract version that judged them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sla.paths import Folders
from sla.staging import bronze
from sla.staging.cdc import change
from sla.staging.decode import EXTRA, Decoded, Decoder
from sla.staging.tally import Tally
from sla.staging.versions import Layout
from sluice.checks.periods import Grid
from sluice.contract.model import SchemaObject
from sluice.contract.stream import Source, Stream, UnknownFields
from sluice.profile.spec import ProfileSpec

VALID: Final = "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that staging an object depends on. ``layout_of`` knows the layouts of versions that judged records."""

    folders: Folders
    described: SchemaObject
    stream: Stream
    grid: Grid
    spec: ProfileSpec
    layout_of: Callable[[str], Layout | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Typed rows of one version from one file, with the positions of what was absent or did not fit."""

    version: str
    batch: pa.RecordBatch
    decoded: Decoded


def typed(rows: bronze.Rows, recipe: Recipe, path: str, tally: Tally) -> Iterator[Part]:
    """Valid rows by the version that judged them. A tombstone says that an entity is gone: it has no row."""
    has_value = pc.is_valid(rows.table.column("value").combine_chunks())
    wanted = pc.and_(pc.fill_null(pc.equal(rows.verdict, VALID), fill_value=False), has_value)
    versions = pc.if_else(wanted, rows.version, None)
    for version in sorted(pc.unique(versions.drop_null()).to_pylist()):
        chosen = np.flatnonzero(pc.fill_null(pc.equal(versions, version), fill_value=False))
        layout = recipe.layout_of(unquote(version))
        if layout is None:
            told = f"version {unquote(version)} is unknown here; read by the fields of today"
            tally.tell("unknown-version", path, len(chosen), told)
        extras = recipe.stream.unknown_fields is not UnknownFields.REJECT
        decoder = Decoder(layout.fields if layout else recipe.described.fields, extras=extras)
        chosen, bodies, ops = _bodies(rows, chosen, recipe.stream)
        decoded = decoder.decode(bodies)
        if lost := _undecodable(decoded, len(bodies)):
            tally.tell("undecodable", path, lost)
        yield Part(
            version=unquote(version),
            batch=_typed(rows, chosen, decoded, ops, recipe, unquote(version)),
            decoded=decoded,
        )


def _bodies(rows: bronze.Rows, chosen: Any, stream: Stream) -> tuple[Any, list[bytes | None], list[str] | None]:
    """The rows' payloads; of change events what each leaves behind, with its operation."""
    payloads = bronze.payloads(rows, pa.array(chosen), stream.encoding.value)
    if stream.source is Source.DIRECT:
        return chosen, payloads, None
    keys = rows.table.column("key").combine_chunks().take(pa.array(chosen)).to_pylist()
    found = [change(value, key, stream) for value, key in zip(payloads, keys, strict=True)]
    kept = [(at, each) for at, each in zip(chosen, found, strict=True) if each is not None]
    return np.array([at for at, _ in kept], np.int64), [each.body for _, each in kept], [each.op for _, each in kept]


def _undecodable(decoded: Decoded, rows: int) -> int:
    """Rows of which nothing fitted: no field at all could be read."""
    names = [name for name in decoded.columns if name != EXTRA]
    if not names or any(name not in decoded.unfit for name in names):
        return 0
    together = np.ones(rows, np.bool_)
    for name in names:
        together &= decoded.unfit[name]
    return int(together.sum())


def _typed(  # noqa: PLR0913, PLR0917 - one row set from all that is known of it
    rows: bronze.Rows, chosen: Any, decoded: Decoded, ops: list[str] | None, recipe: Recipe, version: str
) -> pa.RecordBatch:
    header = recipe.stream.producer_header
    producer = _text(rows.header(header).take(chosen)) if header else pa.nulls(len(chosen), pa.string())
    return pa.RecordBatch.from_pydict({
        **decoded.columns,
        **({} if ops is None else {"_op": pa.array(ops, pa.string())}),
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
