"""The records of the demo, as their sources emitted them: each with its key and its moment in history."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

DATA: Final = Path(__file__).parent / "data" / "flights-2013-02.ndjson.gz"
PLANES: Final = DATA.with_name("planes.ndjson.gz")
REGISTERED: Final = datetime(2013, 1, 31, 12, tzinfo=UTC)
"""The registry of planes has no moments: it was emitted as it stood before the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """One record as it goes to its raw topic; ``value`` is the line of the data file, byte for byte."""

    key: bytes
    value: bytes
    emitted: datetime

    @property
    def emitted_ms(self) -> int:
        """The moment of emission in milliseconds since 1970: the Kafka timestamp."""
        return round(self.emitted.timestamp() * 1000)


def read_flights(path: Path = DATA) -> tuple[Emitted, ...]:
    """The flights of a gzipped file of JSON lines, in the order in which they were emitted."""
    with gzip.open(path) as lines:
        return in_order(line.rstrip(b"\n") for line in lines)


def read_planes(path: Path = PLANES) -> tuple[Emitted, ...]:
    """The planes that flights refer to, keyed by their tail numbers."""
    with gzip.open(path) as lines:
        values = [line.rstrip(b"\n") for line in lines]
    return tuple(Emitted(key=orjson.loads(each)["tailnum"].encode(), value=each, emitted=REGISTERED) for each in values)


def in_order(lines: Iterable[bytes]) -> tuple[Emitted, ...]:
    """JSON lines as flights, ordered by emission; of equal moments the order of the lines is kept."""
    return tuple(sorted((_flight(line) for line in lines), key=lambda flight: flight.emitted))


def _flight(line: bytes) -> Emitted:
    record = orjson.loads(line)
    key = f"{record['year']}-{record['month']:02}-{record['day']:02}/{record['carrier']}/{record['flight']}"
    return Emitted(key=key.encode(), value=line, emitted=emission(record))


def emission(record: dict[str, Any]) -> datetime:
    """When the record was emitted: at the scheduled departure plus the delay; a cancelled flight's at the schedule.

    >>> emission({"time_hour": "2013-02-01T10:00:00Z", "minute": 25, "dep_delay": -5}).isoformat()
    '2013-02-01T10:20:00+00:00'
    """
    hour = datetime.fromisoformat(record["time_hour"]).astimezone(UTC)
    return hour + timedelta(minutes=record["minute"] + (record["dep_delay"] or 0))
