"""Rows for the benchmark: the real month of flights, over and over, each copy in years of its own."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from connections.storage import Storage
from demo.flights import emission

ROOT: Final = Path(__file__).parents[2]
FLIGHTS: Final = ROOT / "demo" / "data" / "flights-2013-02.ndjson.gz"
PARTITIONS: Final = 4
NO_CLOCK: Final = 2400
NO_TAIL_NUMBER: Final = "D942DN"
NOW: Final = datetime(2026, 11, 21, tzinfo=UTC)
SCHEMA: Final = pa.schema([
    ("key", pa.binary()),
    ("value", pa.binary()),
    ("headers", pa.map_(pa.string(), pa.binary())),
    ("partition", pa.int32()),
    ("offset", pa.int64()),
    ("appended_at", pa.timestamp("us")),
    ("landed_at", pa.timestamp("us")),
])  # fmt: skip


def write_bronze(storage: Storage, rows: int) -> int:
    """Bronze files of about so many valid records, a file for each copy and partition; how many there are.

    ``year`` and ``month`` are part of the entity's key and not of its event time: copies repeat no key, and stay in
    the same 28 periods.
    """
    with gzip.open(FLIGHTS) as lines:
        month = [orjson.loads(line) for line in lines]
    good = [each for each in month if _keeps_the_contract(each)]
    offsets = dict.fromkeys(range(PARTITIONS), 0)
    written = 0
    for copy in range(max(1, rows // len(good))):
        for partition, table in _tables(good, copy, offsets):
            path = f"bronze/tp=flights.validated/dt=2026-11-21/hr=00/kp={partition}/part-{copy:05d}"
            buffer = BytesIO()
            pq.write_table(table, buffer, compression="zstd")
            storage.put_new(path, buffer.getvalue())
            written += table.num_rows
    return written


def rows_of(storage: Storage) -> int:
    """How many rows the bronze files have that are there already."""
    return sum(pq.ParquetFile(BytesIO(storage.get(each.path)[0])).metadata.num_rows for each in storage.list("bronze/"))


def _keeps_the_contract(flight: dict[str, object]) -> bool:
    clocks = (flight["dep_time"], flight["arr_time"])
    known = flight["arr_time"] is None or flight["arr_delay"] is not None
    return known and NO_CLOCK not in clocks and flight["tailnum"] != NO_TAIL_NUMBER


def _tables(flights: list[dict[str, object]], copy: int, offsets: dict[int, int]) -> Iterator[tuple[int, pa.Table]]:
    parts: dict[int, list[dict[str, object]]] = {number: [] for number in range(PARTITIONS)}
    for flight in flights:
        changed = {**flight, "year": 1987 + copy % 100, "month": 1 + copy // 100}
        key = f"{changed['year']}-{changed['month']}-{flight['day']}/{flight['carrier']}/{flight['flight']}".encode()
        partition = zlib.crc32(key) % PARTITIONS
        offset = offsets[partition]
        offsets[partition] += 1
        header = f"v=1;c=flights/1.0.0;t=valid;p={partition};o={offset};j=1795219200000".encode()
        parts[partition].append({
            "key": key,
            "value": orjson.dumps(changed),
            "headers": [("producer", b"departure-control/1.4"), ("__contract", header)],
            "partition": partition,
            "offset": offset,
            "appended_at": emission(flight).replace(tzinfo=None),
            "landed_at": NOW.replace(tzinfo=None),
        })  # fmt: skip
    for number, rows in parts.items():
        yield number, pa.Table.from_pylist(rows, SCHEMA)
