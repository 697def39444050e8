"""What committed reads of a raw partition have shown: where a gap in its offsets holds a record, and where none."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sluice.ledger.runs import Run, both, gaps, without

CLOSE: Final = 10_000  # reading on to the next run costs less than seeking it


@dataclass(slots=True)
class Proof:
    """One raw partition, looked up so far. Nothing is read twice: below the last stable offset it stays as it is."""

    looked: tuple[Run, ...] = ()
    records: "array[int]" = field(default_factory=lambda: array("q"))

    def unread(self, runs: Iterable[Run]) -> tuple[Run, ...]:
        """What has to be read to know these ascending runs: few ranges, that may hold more than was asked for."""
        joined: list[Run] = []
        for run in without(runs, self.looked):
            if joined and run.first - joined[-1].last <= CLOSE:
                joined[-1] = Run(joined[-1].first, run.last)
            else:
                joined.append(run)
        return tuple(joined)

    def learn(self, read: Sequence[Run], offsets: Sequence[int]) -> None:
        """Take in that, of the ascending ranges that were read, these offsets hold a committed record."""
        if not read:
            return
        first = min(run.first for run in (*read, *self.looked))
        end = 1 + max(run.last for run in (*read, *self.looked))
        self.looked = gaps(both(gaps(read, first, end), gaps(self.looked, first, end)), first, end)
        self.records = array("q", sorted({*self.records, *offsets}))

    def held(self, run: Run) -> Sequence[int]:
        """Which offsets of a run that was read hold a record: none, where it is a marker or a compacted record."""
        return self.records[bisect_left(self.records, run.first) : bisect_right(self.records, run.last)]
