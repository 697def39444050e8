"""Where a landing without state begins: behind what the files hold, at the first record that is in none of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sluice.ledger.balance import Extent, Partition
from sluice.ledger.runs import Run, gaps
from sluice.terminal import Fault
from validator.plan import Span

SHOWN_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """What is known of one partition: its extent in Kafka, the ranges of its files, and the group's offset (or none).

    ``open`` are the offsets between the files that lie within the extent: a transaction's marker, or records that are
    missing. What is older than the oldest file is not asked for: bronze may keep less than Kafka does.
    """

    partition: Partition
    extent: Extent
    runs: tuple[Run, ...]
    committed: int | None = None

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

    Without a file the group's offset tells, which is never ahead of the files: those have gone since.
    """
    if not found.runs:
        told = found.extent.first if found.committed is None else found.committed
        offset = min(max(found.extent.first, told), found.extent.end)
        return Resumption(partition=found.partition, offset=offset)
    missing = tuple(run for run in found.open if held[run])
    if not missing:
        return Resumption(partition=found.partition, offset=max(found.end, found.extent.first))
    first = min(held[missing[0]])
    return Resumption(
        partition=found.partition, offset=first, missing=missing, landed=gaps(missing, missing[0].last + 1, found.end)
    )


def refuse_strangers(found: Iterable[Landed]) -> None:
    """Fault where files hold offsets that Kafka has not reached: they are of a topic that was deleted since."""
    beyond = [f"{each.partition} ({each.end - 1})" for each in found if each.runs and each.end > each.extent.end]
    if beyond:
        more = f" and {len(beyond) - SHOWN_MAX} more" if len(beyond) > SHOWN_MAX else ""
        raise Fault(
            f"the files hold offsets that Kafka has not reached: {', '.join(beyond[:SHOWN_MAX])}{more}; was the topic "
            "deleted and made again? move its folder (tp=...) out of bronze, or name another lake.root"
        )


def spans_of(resumptions: Iterable[Resumption]) -> tuple[Span, ...]:
    """All ranges to leave out."""
    return tuple(chain.from_iterable(each.spans for each in resumptions))
