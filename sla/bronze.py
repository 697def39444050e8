"""Bronze files as columns: payloads with the coordinates and the verdict that their header tells."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sluice.envelope.names import CONTRACT_HEADER
from sluice.verdict.wire import SCHEMA_ID_HEADER, Payload, unframe

COLUMNS: Final = ("key", "value", "headers", "partition", "offset", "appended_at", "landed_at")
ATTEMPT_HEADER: Final = "__contract.attempt"
TIMESTAMP: Final = pa.timestamp("us", tz="UTC")
FRAMES: Final = 2  # payloads that begin with a byte below it carry a frame
_HEADER: Final = (  # the grammar of sluice.envelope.header, for a whole column
    r"^v=1;c=(?P<id>[\w.~%-]+)/(?P<version>[\w.~%-]+);t=(?P<verdict>valid|control|invalid)"
    r";p=(?P<partition>[0-9]{1,9});o=(?P<offset>[0-9]{1,18});j=(?P<judged_at>[0-9]{1,15})$"  # what the columns hold
)


class Unreadable(Exception):  # noqa: N818 - an answer about a file, which becomes a finding
    """The file is no bronze file; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one file, all columns of one length.

    ``offset`` is that of the output topic; ``raw_partition``, ``raw_offset``, ``judged_at``, ``version`` and
    ``verdict`` come from the ``__contract`` header and are null where it is missing or not of the grammar.
    """

    table: pa.Table
    offset: pa.Array
    version: pa.Array
    verdict: pa.Array
    raw_partition: pa.Array
    raw_offset: pa.Array
    appended_at: pa.Array
    judged_at: pa.Array
    landed_at: pa.Array

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def header(self, name: str) -> pa.Array:
        """The values of a header; of several of one name the last, as they landed."""
        return pc.map_lookup(self.table.column("headers").combine_chunks(), pa.scalar(name), "last")


def read(data: bytes) -> Rows:
    """Read a whole bronze file; Unreadable where it is cut off, of another shape, or no Parquet."""
    try:
        table = pq.read_table(BytesIO(data), columns=list(COLUMNS))
        table = table.combine_chunks()
        told = _told(table)
        return Rows(
            table=table,
            offset=_column(table, "offset").cast(pa.int64()),
            version=pc.struct_field(told, "version"),
            verdict=pc.struct_field(told, "verdict"),
            raw_partition=pc.struct_field(told, "partition").cast(pa.int32()),
            raw_offset=pc.struct_field(told, "offset").cast(pa.int64()),
            appended_at=_instants(_column(table, "appended_at")),
            judged_at=pc.struct_field(told, "judged_at")
            .cast(pa.int64())
            .cast(pa.timestamp("ms", tz="UTC"))
            .cast(TIMESTAMP),
            landed_at=_instants(_column(table, "landed_at")),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowKeyError, OSError, KeyError) as error:
        raise Unreadable(str(error).splitlines()[0][:200]) from None


def payloads(rows: Rows, chosen: Any, encoding: str) -> list[bytes | None]:
    """The payloads of the chosen rows (indexes) without their frames; None for what has none."""
    values: list[bytes | None] = _column(rows.table, "value").take(chosen).to_pylist()
    ids: list[bytes | None] | None = None
    for at, value in enumerate(values):
        if value and value[0] < FRAMES:
            if ids is None:
                ids = rows.header(SCHEMA_ID_HEADER).take(chosen).to_pylist()
            payload = unframe(value, ids[at], encoding)
            values[at] = payload.body if isinstance(payload, Payload) else None
    return values


def _told(table: pa.Table) -> pa.StructArray:
    headers = _column(table, "headers")
    text = pc.map_lookup(headers, pa.scalar(CONTRACT_HEADER), "last")
    try:
        known = text.cast(pa.string())
    except pa.ArrowInvalid:  # some is no UTF-8; ours is ASCII, and what is not is nobody's
        is_ascii = pa.array([value is not None and value.isascii() for value in text.to_pylist()], pa.bool_())
        known = pc.if_else(is_ascii, text, pa.scalar(None, text.type)).cast(pa.string())
    return pc.extract_regex(known, _HEADER)


def _column(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name).combine_chunks()
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def _instants(column: pa.Array) -> pa.Array:
    """Flink's timestamps read back without their zone: they are UTC."""
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        column = pc.assume_timezone(column.cast(pa.timestamp("us")), "UTC")
    return column.cast(TIMESTAMP)
