"""The order of a field's values, followed along the offsets of the raw partitions."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sluice.profile.order import Order, Run

Integers = npt.NDArray[np.int64]
Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """Where rows stood in the raw topic."""

    partitions: Integers
    offsets: Integers


@dataclass(slots=True, kw_only=True)
class Runs:
    """Runs of values, lengthened while the offsets rise; what comes out of turn begins a run of its own."""

    _runs: dict[int, list[Run]] = field(default_factory=dict)

    def add(self, values: Values, at: Coordinates) -> None:
        """Follow values without nulls; they need not be sorted by offset."""
        if not len(values):
            return
        order = np.lexsort((at.offsets, at.partitions))
        partitions, offsets, values = at.partitions[order], at.offsets[order], values[order]
        starts = np.flatnonzero(np.diff(partitions, prepend=partitions[0] - 1))
        for start, end in zip(starts, [*starts[1:], len(partitions)], strict=True):
            part = values[start:end]
            self._append(
                Run(
                    partition=int(partitions[start]),
                    first_offset=int(offsets[start]),
                    last_offset=int(offsets[end - 1]),
                    first=part[0].item(),
                    last=part[-1].item(),
                    falls=int((part[1:] < part[:-1]).sum()),
                    values=len(part),
                )
            )

    def order(self) -> Order:
        """What was followed so far."""
        return Order(runs=tuple(sorted(run for runs in self._runs.values() for run in runs)))

    def _append(self, run: Run) -> None:
        runs = self._runs.setdefault(run.partition, [])
        if runs and runs[-1].last_offset < run.first_offset:
            runs[-1] = _joined(runs[-1], run)
        else:
            runs.append(run)


def _joined(before: Run, after: Run) -> Run:
    return Run(
        partition=before.partition,
        first_offset=before.first_offset,
        last_offset=after.last_offset,
        first=before.first,
        last=after.last,
        falls=before.falls + after.falls + (after.first < before.last),
        values=before.values + after.values,
    )
