"""Bronze files as columns: payloads with the coordinates and the verdict that their header tells."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sla.staging.instants import EPOCH, TIMESTAMP, instants
from sla.staging.marks import flat, marks
from sluice.envelope.names import CONTRACT_HEADER
from sluice.verdict.wire import SCHEMA_ID_HEADER, Payload, unframe

COLUMNS: Final = ("key", "value", "headers", "appended_at", "landed_at")
ROWS_AT_ONCE: Final = 65_536
WHY_MAX: Final = 200
ATTEMPT_HEADER: Final = "__contract.attempt"
FRAMES: Final = 2  # payloads that begin with a byte below it carry a frame
BEGINNING: Final = pa.scalar(EPOCH, TIMESTAMP)
"""The time of what tells none."""


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_headers(kind: pa.DataType) -> bool:
    return bool(pa.types.is_map(kind) and pa.types.is_string(kind.key_type) and _is_bytes(kind.item_type))


SHAPE: Final[Mapping[str, tuple[Callable[[pa.DataType], bool], str]]] = {
    "key": (_is_bytes, "bytes"),
    "value": (_is_bytes, "bytes"),
    "headers": (_is_headers, "map of bytes by text"),
    "partition": (pa.types.is_integer, "integer"),
    "offset": (pa.types.is_integer, "integer"),
    "appended_at": (pa.types.is_timestamp, "timestamp"),
    "landed_at": (pa.types.is_timestamp, "timestamp"),
}


class Unreadable(Exception):  # noqa: N818 - an answer about a file, which becomes a finding
    """The file is no bronze file; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one file, all columns of one length; of them ``foreign`` were judged by other contracts.

    ``raw_partition``, ``raw_offset``, ``judged_at``, ``version`` and ``verdict`` come from the ``__contract`` header,
    and are null where it is missing, not of the grammar, or another contract's. A clock that tells no instant is null.
    """

    table: pa.Table
    foreign: int
    version: pa.Array
    verdict: pa.Array
    raw_partition: pa.Array
    raw_offset: pa.Array
    appended_at: pa.Array
    judged_at: pa.Array
    landed_at: pa.Array

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def known_at(self) -> pa.Array:
        """The first clock of each row that tells an instant: appended, judged, landed; else the beginning of time."""
        return pc.coalesce(self.appended_at, self.judged_at, self.landed_at, BEGINNING)

    @property
    def timeless(self) -> int:
        """How many rows have a clock that tells no instant."""
        unjudged = pc.and_(self.judged_at.is_null(), self.version.is_valid())
        return int(pc.sum(pc.or_(unjudged, pc.or_(self.appended_at.is_null(), self.landed_at.is_null()))).as_py() or 0)

    def header(self, name: str) -> pa.Array:
        """The values of a header; of several of one name the last, as they landed."""
        return pc.map_lookup(self.table.column("headers").combine_chunks(), pa.scalar(name), "last")


def read(data: bytes, contract: str) -> Iterator[Rows]:
    """The rows of a bronze file of a contract's topic, so many at a time; Unreadable where it is none, or cut off."""
    file = opened(data)
    with unreadable():
        batches = file.iter_batches(ROWS_AT_ONCE, columns=list(COLUMNS))
        for batch in batches:
            yield _rows(pa.Table.from_batches([batch]), contract)


def opened(data: bytes) -> pq.ParquetFile:
    """The file, with columns as the landing job writes them; Unreadable where it has others."""
    with unreadable():
        file = pq.ParquetFile(BytesIO(data), page_checksum_verification=True)
        schema = file.schema_arrow
    for name, (is_one, wanted) in SHAPE.items():
        found = schema.get_all_field_indices(name)
        if len(found) != 1:
            raise Unreadable(f"it has {len(found)} columns '{name}'")
        if not is_one(schema.field(found[0]).type):
            raise Unreadable(f"its column '{name}' is {schema.field(found[0]).type}, no {wanted}")
    return file


@contextmanager
def unreadable() -> Iterator[None]:
    """What reading a broken file raises, as Unreadable."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        raise Unreadable(" ".join(str(error).split())[:WHY_MAX] or type(error).__name__) from None


def _rows(table: pa.Table, contract: str) -> Rows:
    headers = marks(pc.map_lookup(flat(table, "headers"), pa.scalar(CONTRACT_HEADER), "last"), contract)
    told = headers.told
    return Rows(
        table=table,
        foreign=headers.foreign,
        version=pc.struct_field(told, "version"),
        verdict=pc.struct_field(told, "verdict"),
        raw_partition=pc.struct_field(told, "partition").cast(pa.int32()),
        raw_offset=pc.struct_field(told, "offset").cast(pa.int64()),
        appended_at=instants(flat(table, "appended_at")),
        judged_at=instants(pc.struct_field(told, "judged_at").cast(pa.int64()).cast(pa.timestamp("ms"))),
        landed_at=instants(flat(table, "landed_at")),
    )


def payloads(rows: Rows, chosen: Any, encoding: str) -> list[bytes | None]:
    """The payloads of the chosen rows (indexes) without their frames; None for what has none."""
    values: list[bytes | None] = flat(rows.table, "value").take(chosen).to_pylist()
    ids: list[bytes | None] | None = None
    for at, value in enumerate(values):
        if value and value[0] < FRAMES:
            if ids is None:
                ids = rows.header(SCHEMA_ID_HEADER).take(chosen).to_pylist()
            payload = unframe(value, ids[at], encoding)
            values[at] = payload.body if isinstance(payload, Payload) else None
    return values
