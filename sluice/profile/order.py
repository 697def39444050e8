"""Whether a field ever falls, in the order of the raw topic: runs of offsets that can be put side by side."""

from dataclasses import dataclass
from itertools import groupby, pairwise

Number = int | float


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Run:
    """Values of one raw partition in the order of their offsets, from the first offset to the last (both inclusive).

    ``falls`` counts the values that are smaller than the one before them within the run. Instants are microseconds
    since 1970.
    """

    partition: int
    first_offset: int
    last_offset: int
    first: Number
    last: Number
    falls: int = 0
    values: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Runs, sorted. They are never joined when merged, since a third may belong between two of them."""

    runs: tuple[Run, ...] = ()

    @property
    def falls(self) -> int:
        """Rows whose value is smaller than the one before it in the same raw partition."""
        within = sum(run.falls for run in self.runs)
        return within + sum(after.first < before.last for before, after in self._neighbours())

    @property
    def compared(self) -> int:
        """Rows that have one before them."""
        partitions = len({run.partition for run in self.runs})
        return sum(run.values for run in self.runs) - partitions

    @property
    def exact(self) -> bool:
        """False where two runs overlap: how their values interleave is not known, and ``falls`` is an approximation."""
        return all(before.last_offset < after.first_offset for before, after in self._neighbours())

    def _neighbours(self) -> list[tuple[Run, Run]]:
        by_partition = groupby(sorted(self.runs), key=lambda run: run.partition)
        return [pair for _, runs in by_partition for pair in pairwise(runs)]
