"""Waiting until everything that came out has landed: rows counted from the footers of the files."""

import time
from io import BytesIO
from typing import Final

import pyarrow.parquet as pq

from connections.storage import Storage
from sluice.terminal import Fault, err

BRONZE: Final = "bronze/"
SILENCE_SECONDS: Final = 90
LOOK_SECONDS: Final = 1.0


def await_landed(storage: Storage, records: int) -> tuple[int, int]:
    """Wait for so many rows; how many files and bytes they are. Fault where no more come."""
    rows: dict[str, int] = {}
    size = 0
    heard = time.monotonic()
    with err.status("waiting for the next checkpoints") as status:
        while sum(rows.values()) < records:
            new = [entry for entry in storage.list(BRONZE) if entry.path not in rows]
            for entry in new:
                rows[entry.path] = pq.ParquetFile(BytesIO(storage.get(entry.path)[0])).metadata.num_rows
                size += entry.size
                heard = time.monotonic()
            if time.monotonic() > heard + SILENCE_SECONDS:
                raise Fault(f"nothing has landed for {SILENCE_SECONDS} s, after {sum(rows.values())} of {records} rows")
            status.update(f"{sum(rows.values()):,} of {records:,} rows have landed")
            time.sleep(0 if sum(rows.values()) >= records else LOOK_SECONDS)
    return len(rows), size
