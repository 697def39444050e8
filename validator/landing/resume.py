"""Where a landing without state begins: behind what the files hold, at the first record that is in none of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sluice.ledger.balance import Extent, Partition
from sluice.ledger.runs import Run, gaps
from sluice.terminal import Fault
from validator.plan import Span

SHOWN_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What is known of one partition: its extent in Kafka, the ranges of its files, and the group's offset (or none).

    ``appended`` is between when and when the records of the newest file were appended, as far as its footer tells, and
    ``appended_now`` when the record was that Kafka holds where that file ends; None where it holds none there.
    ``open`` are the offsets between the files that lie within the extent: a transaction's marker, or records that are
    missing. What is older than the oldest file is not asked for: bronze may keep less than Kafka does.
    """

    partition: Partition
    extent: Extent
    runs: tuple[Run, ...]
    committed: int | None = None
    appended: tuple[datetime, datetime] | None = None
    appended_now: datetime | None = None

    @property
    def end(self) -> int:
        """Behind the highest landed offset; the extent's beginning where there is none."""
        return max(run.last for run in self.runs) + 1 if self.runs else self.extent.first

    @property
    def open(self) -> tuple[Run, ...]:
        """What no file holds of [oldest landed, end), as far as Kafka holds it."""
        if not self.runs:
            return ()
        return gaps(sorted(self.runs), max(self.extent.first, min(run.first for run in self.runs)), self.end)

    @property
    def expired(self) -> int:
        """How many offsets have left Kafka between the newest file and the oldest record that is still there."""
        return max(0, self.extent.first - self.end) if self.runs else 0

    @property
    def forgotten(self) -> bool:
        """Whether the group's offset is of a topic that was deleted since: this one has not reached it, and no file."""
        return not self.runs and self.committed is not None and self.committed > self.extent.end

    @property
    def strange(self) -> bool:
        """Whether the files are of a topic that was deleted: Kafka holds less, or another record where they end."""
        if self.runs and self.end > self.extent.end:
            return True
        if self.appended is None or self.appended_now is None:
            return False
        return not self.appended[0] <= self.appended_now <= self.appended[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """From which offset to read a partition, and which ranges behind it are landed and have to be left out."""

    partition: Partition
    offset: int
    missing: tuple[Run, ...] = ()
    landed: tuple[Run, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """The ranges to leave out, as the statement names them."""
        at = self.partition
        return tuple(Span(topic=at.topic, partition=at.number, first=run.first, last=run.last) for run in self.landed)


def resume(found: Landed, held: Mapping[Run, Sequence[int]]) -> Resumption:
    """Decide for one partition; ``held`` says which offsets of each open range hold a record.

    Without a file the group's offset tells, which is never ahead of the files: those have gone since. One that Kafka
    has not reached is of another topic of that name, of which nothing has landed.
    """
    if not found.runs:
        told = None if found.forgotten else found.committed
        first = found.extent.first
        return Resumption(partition=found.partition, offset=first if told is None else max(first, told))
    missing = tuple(run for run in found.open if held[run])
    if not missing:
        return Resumption(partition=found.partition, offset=max(found.end, found.extent.first))
    first = min(held[missing[0]])
    return Resumption(
        partition=found.partition, offset=first, missing=missing, landed=gaps(missing, missing[0].last + 1, found.end)
    )


def refuse_strangers(found: Iterable[Landed]) -> None:
    """Fault where files are of a topic that was deleted: offsets that Kafka has not reached, or has given to others."""
    strange = [f"{each.partition} ({each.end - 1})" for each in found if each.strange]
    if strange:
        more = f" and {len(strange) - SHOWN_MAX} more" if len(strange) > SHOWN_MAX else ""
        raise Fault(
            f"the files end with records that Kafka has not, or not there: {', '.join(strange[:SHOWN_MAX])}{more}; was "
            "the topic deleted and made again? move its folder (tp=...) out of bronze, or name another lake.root"
        )


def spans_of(resumptions: Iterable[Resumption]) -> tuple[Span, ...]:
    """All ranges to leave out."""
    return tuple(chain.from_iterable(each.spans for each in resumptions))
