"""Bronze files as the landing job writes them, made of judged records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from connections.storage import Storage

MAP = pa.map_(pa.string(), pa.binary())
NAIVE = pa.timestamp("us")


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record of an output topic, with the verdict that its header tells."""

    value: bytes | None
    appended: datetime
    offset: int
    raw_offset: int
    raw_partition: int = 0
    verdict: str = "valid"
    contract: str = "flights/1.0.0"
    producer: str | None = None
    key: bytes | None = None
    judged: datetime | None = None
    landed: datetime | None = None
    headers: dict[str, bytes] = field(default_factory=dict)
    marked: bool = True

    def row(self, partition: int) -> dict[str, Any]:
        judged = self.judged or self.appended + timedelta(seconds=1)
        landed = self.landed or self.appended + timedelta(seconds=2)
        header = (
            f"v=1;c={self.contract};t={self.verdict};p={self.raw_partition};o={self.raw_offset}"
            f";j={round(judged.timestamp() * 1000)}"
        )
        headers = dict(self.headers)
        if self.producer is not None:
            headers["producer"] = self.producer.encode()
        if self.marked:
            headers["__contract"] = header.encode()
        return {
            "key": self.key,
            "value": self.value,
            "headers": list(headers.items()),
            "partition": partition,
            "offset": self.offset,
            "appended_at": self.appended.astimezone(UTC).replace(tzinfo=None),
            "landed_at": landed.astimezone(UTC).replace(tzinfo=None),
        }


SCHEMA = pa.schema([
    ("key", pa.binary()),
    ("value", pa.binary()),
    ("headers", MAP),
    ("partition", pa.int32()),
    ("offset", pa.int64()),
    ("appended_at", NAIVE),
    ("landed_at", NAIVE),
])  # fmt: skip


def bronze_file(records: Sequence[Record], partition: int = 0) -> bytes:
    """The bytes of one file."""
    table = pa.Table.from_pylist([record.row(partition) for record in records], SCHEMA)
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def land(storage: Storage, topic: str, records: Sequence[Record], *, name: str = "part-0-0", partition: int = 0) -> str:
    """Put one file where the landing job would; its path."""
    first = records[0].row(partition)["landed_at"]
    path = f"bronze/tp={topic}/dt={first:%Y-%m-%d}/hr={first:%H}/kp={partition}/{name}"
    assert storage.put_new(path, bronze_file(records, partition))
    return path
