"""Raw = validated + dead-letter: each raw offset exactly once among the coordinates that the outputs carry."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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
    highest seen one, or below what the job has said it was done with, a record is missing there unless the raw topic
    holds none (a transaction's marker, a compacted record: that is for the reader to prove); above it records wait to
    be judged. ``doubled`` came out more than once, ``unexpected`` are beyond the end of the raw partition. What is
    older than the extent is left out: it has expired, and ``expired`` is what of it never came out.
    """

    partition: Partition
    extent: Extent
    seen: tuple[Run, ...]
    missing: tuple[Run, ...]
    waiting: tuple[Run, ...]
    doubled: tuple[int, ...]
    unexpected: tuple[Run, ...]
    expired: tuple[Run, ...] = ()

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
        """What such a judge must leave out, since it came out before: empty unless a record is missing.

        Runs between which no record is missing are one: a raw topic written in transactions has a marker, and so a
        gap, after each of them, and one statement leaves out a limited number of runs.
        """
        firsts = [run.first for run in self.missing]
        merged: list[Run] = []
        for run in self.seen:
            if run.first < self.resume_at:
                continue
            if merged and bisect_left(firsts, merged[-1].last) == bisect_left(firsts, run.first):
                merged[-1] = Run(merged[-1].first, run.last)
            else:
                merged.append(run)
        return tuple(merged) if self.missing else ()


def balance(partition: Partition, extent: Extent, offsets: Sequence[int], *, judged_to: int = 0) -> Balance:
    """Compare the raw offsets that the outputs carry, in any order, with the extent of the raw partition.

    ``judged_to`` is the offset up to which (not included) the job says that all came out: its consumer group's. What
    did not come out below it is missing, also where nothing came out behind it that would show the gap.
    """
    ours = [offset for offset in offsets if offset >= extent.first]
    within = runs_of(offset for offset in ours if offset < extent.end)
    highest = max(within[-1].last if within else extent.first - 1, min(judged_to, extent.end) - 1)
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
    return replace(found, missing=_held(found.missing, records), waiting=_held(found.waiting, records))


def expired(offsets: Iterable[int], asked_from: int, first: int) -> tuple[Run, ...]:
    """What never came out of [asked_from, first), which the raw topic does not hold any more: nobody can prove it.

    It is an upper bound: markers and aborted records came out just as little. A single offset between two that came out
    is a marker more often than a record, and is not told.
    """
    opened = gaps(runs_of(offset for offset in offsets if asked_from <= offset < first), asked_from, first)
    return tuple(run for run in opened if len(run) > 1 or run.last == first - 1)


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
