"""What is counted of bronze files as they go by: arrivals by hour, how far each raw partition came, troubles."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from sla.staging import bronze
from sla.staging.batches import Trouble
from sluice.profile.model import ArrivalCounts, Arrivals

FIRST_ATTEMPT: Final = b"1"
HOUR: Final = "hour"
NO_INSTANT: Final = "a clock tells no instant of the years 1 to 9999; it is left out"


@dataclass(slots=True)
class Tally:
    """Counts of a batch, or of a file of it. ``hours`` are verdicts by hour, ``told`` rows by kind, path and detail."""

    rows: int = 0
    bytes: int = 0
    watermarks: dict[int, datetime] = field(default_factory=dict)
    hours: dict[datetime, Counter[str]] = field(default_factory=dict)
    told: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def arrivals(self) -> Arrivals:
        """By the hour of the append, in order."""
        return Arrivals(hours={hour: ArrivalCounts(**counts) for hour, counts in sorted(self.hours.items())})

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What could not be taken, in the order in which it was met."""
        found = self.told.items()
        return tuple(Trouble(kind=kind, path=path, rows=rows, detail=told) for (kind, path, told), rows in found)

    def tell(self, kind: str, path: str, rows: int = 0, detail: str = "") -> None:
        """Count a trouble of a file."""
        self.told[kind, path, detail] += rows

    def take(self, other: "Tally") -> None:
        """Count what another has counted."""
        self.rows += other.rows
        self.bytes += other.bytes
        self.told.update(other.told)
        for partition, at in other.watermarks.items():
            self._reach(partition, at)
        for hour, counts in other.hours.items():
            self.hours.setdefault(hour, Counter()).update(counts)

    def add(self, rows: bronze.Rows, path: str, *, letters: bool) -> None:
        """Count rows of a file; ``letters`` says that it is one of dead letters."""
        self.rows += len(rows)
        known = _of_the_topic(rows, letters=letters)
        found = {
            "unmarked": (rows.version.null_count - rows.foreign, ""),
            "foreign": (rows.foreign, "judged by another contract"),
            "mislabelled": (known.null_count - rows.verdict.null_count, ""),
            "timeless": (rows.timeless, NO_INSTANT),
        }
        for kind, (count, told) in found.items():
            if count:
                self.tell(kind, path, count, told)
        self._marks(rows)
        self._count(rows, _attempts(rows, known) if letters else known)

    def _marks(self, rows: bronze.Rows) -> None:
        """A timestamp from after its landing says nothing of how far its partition has come."""
        ahead = pc.fill_null(pc.greater(rows.appended_at, rows.landed_at), fill_value=False)
        at = pc.if_else(ahead, rows.landed_at, rows.appended_at)
        known = pa.table({"partition": rows.raw_partition, "at": at})
        there = pc.and_(rows.raw_partition.is_valid(), at.is_valid())
        newest = known.filter(there).group_by("partition").aggregate([("at", "max")])
        for partition, at in zip(*(newest.column(name).to_pylist() for name in ("partition", "at_max")), strict=True):
            self._reach(partition, at)

    def _reach(self, partition: int, at: datetime) -> None:
        self.watermarks[partition] = max(self.watermarks.get(partition, at), at)

    def _count(self, rows: bronze.Rows, kinds: pa.Array) -> None:
        hours = pc.floor_temporal(rows.known_at, unit=HOUR)
        told = pa.table({"hour": hours, "kind": kinds}).filter(pc.is_valid(kinds))
        found = told.group_by(["hour", "kind"]).aggregate([([], "count_all")]).to_pydict()
        for hour, kind, count in zip(found["hour"], found["kind"], found["count_all"], strict=True):
            self.hours.setdefault(hour.astimezone(UTC), Counter())[kind] += count


def _of_the_topic(rows: bronze.Rows, *, letters: bool) -> pa.Array:
    """The verdicts that records of a topic have; another one is somebody else's record."""
    expected = pa.array(("invalid",) if letters else ("valid", "control"))
    return pc.if_else(pc.is_in(rows.verdict, value_set=expected), rows.verdict, None)


def _attempts(rows: bronze.Rows, known: pa.Array) -> pa.Array:
    """Dead letters by their attempt: only the first counts against the error budget."""
    first = pc.fill_null(pc.equal(rows.header(bronze.ATTEMPT_HEADER), FIRST_ATTEMPT), fill_value=True)
    return pc.if_else(pc.is_valid(known), pc.if_else(first, "invalid_first", "invalid_replayed"), None)
