"""Raw = validated + dead-letter: each raw offset exactly once among the coordinates that the outputs carry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sluice.ledger.runs import Run, count, doubled, gaps, runs_of


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Partition:
    """A partition of a raw topic."""

    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.number}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Which raw offsets are asked about: [first, end), as the topic holds them; ``end`` is not among them."""

    first: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One raw partition against the outputs.

    ``seen`` are the offsets found in the outputs. ``open`` are offsets of the extent that were not found: below the
    highest seen one a record is missing there unless the raw topic holds none (a transaction's marker, a compacted
    record: that is for the reader to prove); above it records wait to be judged. ``doubled`` came out more than once,
    ``unexpected`` are beyond the end of the raw partition. What is older than the extent is left out: it has expired.
    """

    partition: Partition
    extent: Extent
    seen: tuple[Run, ...]
    missing: tuple[Run, ...]
    waiting: tuple[Run, ...]
    doubled: tuple[int, ...]
    unexpected: tuple[Run, ...]

    @property
    def holds(self) -> bool:
        """Nothing lost, nothing twice, nothing from nowhere; records may wait."""
        return not (self.missing or self.doubled or self.unexpected)

    @property
    def complete(self) -> bool:
        """It holds, and nothing waits."""
        return self.holds and not self.waiting

    @property
    def judged(self) -> int:
        """How many raw offsets of the extent came out, each counted once."""
        return count(self.seen)

    @property
    def through(self) -> int:
        """Balanced through: every offset below this one is accounted for."""
        return self.missing[0].first if self.missing else self.waiting[0].first if self.waiting else self.extent.end

    @property
    def resume_at(self) -> int:
        """Where a judge that keeps no state has to start: at the first missing record, else after the last seen."""
        if self.missing:
            return self.missing[0].first
        return self.seen[-1].last + 1 if self.seen else self.extent.first

    @property
    def seen_after_resume(self) -> tuple[Run, ...]:
        """What such a judge must leave out, since it came out before: empty unless a record is missing."""
        return tuple(run for run in self.seen if run.first > self.resume_at)


def balance(partition: Partition, extent: Extent, offsets: Sequence[int]) -> Balance:
    """Compare the raw offsets that the outputs carry, in any order, with the extent of the raw partition."""
    ours = [offset for offset in offsets if offset >= extent.first]
    within = runs_of(offset for offset in ours if offset < extent.end)
    highest = within[-1].last if within else extent.first - 1
    return Balance(
        partition=partition,
        extent=extent,
        seen=within,
        missing=gaps(within, extent.first, highest + 1),
        waiting=gaps((), highest + 1, extent.end),
        doubled=doubled(ours),
        unexpected=runs_of(offset for offset in ours if offset >= extent.end),
    )


def proven(found: Balance, records: Mapping[Run, Iterable[int]]) -> Balance:
    """The balance once each open run was looked up in the raw topic: ``records`` says which offsets hold a record.

    A run that was not looked up stays as it is: what is not proven empty is missing, or waits.
    """
    return Balance(
        partition=found.partition,
        extent=found.extent,
        seen=found.seen,
        missing=_held(found.missing, records),
        waiting=_held(found.waiting, records),
        doubled=found.doubled,
        unexpected=found.unexpected,
    )


def _held(runs: tuple[Run, ...], records: Mapping[Run, Iterable[int]]) -> tuple[Run, ...]:
    return tuple(piece for run in runs for piece in (runs_of(records[run]) if run in records else (run,)))


def sentence(balances: Sequence[Balance]) -> str:
    """The ledger in one sentence."""
    raw = sum(each.judged + count(each.missing) + count(each.waiting) for each in balances)
    judged = sum(each.judged for each in balances)
    faults = {
        "missing": sum(count(each.missing) for each in balances),
        "twice": sum(len(each.doubled) for each in balances),
        "from nowhere": sum(count(each.unexpected) for each in balances),
        "waiting": sum(count(each.waiting) for each in balances),
    }
    told = ", ".join(f"{number} {name}" for name, number in faults.items() if number)
    return (
        f"{judged} of {raw} raw records judged exactly once"
        if not told
        else f"{judged} of {raw} raw records judged; {told}"
    )
