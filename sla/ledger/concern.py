"""Which periods a fault concerns: those among whose records it lies, those next to it, and those that may be missed.

A period of which a partition has no row at all may have lost all of them: what lies between the rows of an earlier
period and those of a later one concerns whatever is between these two.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sla.ledger.ledger import EVERY_PERIOD
from sla.ledger.memory import File
from sla.paths import landed
from sla.staging.batches import Staged
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Array, Offsets

LAST: Final = 2**62
"""Behind every offset."""

RUNS_MAX: Final = 10_000
"""A fault that lies in more runs than this is taken for one long run from there on."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """Staged rows of one raw partition in the order of their offsets."""

    first: Array
    last: Array
    period: Array
    hulls: tuple[tuple[int, int, int], ...]  # period, its lowest offset, its highest


class Map:
    """Where the rows of each period lie, in raw offsets; and which raw offsets each bronze file has."""

    def __init__(self, staged: Iterable[Staged], files: Mapping[str, File]) -> None:
        found = list(staged)
        self._labels = sorted({each.period for each in found})
        self._rows = _rows(found, {label: at for at, label in enumerate(self._labels)})
        self._of_batch: dict[int, set[str]] = defaultdict(set)
        for each in found:
            self._of_batch[batch_of(each.path)].add(each.period)
        self._files: dict[Partition, list[File]] = defaultdict(list)
        for path, file in files.items():
            if (place := landed(path)) is not None and file.rows:
                at = Partition(topic=place.topic, number=place.partition)
                self._files[at].append(file)
        for mine in self._files.values():
            mine.sort(key=lambda file: file.first)

    @property
    def highest(self) -> dict[str, dict[int, int]]:
        """The highest raw offset of each period, by raw partition."""
        found: dict[str, dict[int, int]] = {label: {} for label in self._labels}
        for number, rows in self._rows.items():
            for at, _, highest in rows.hulls:
                found[self._labels[at]][number] = highest
        return found

    def of_raw(self, number: int, offsets: Offsets) -> frozenset[str]:
        """The periods that raw offsets of a partition may be of: where they lie; on either side of what has no row.

        Where nothing was staged of the partition, that is every one.
        """
        rows = self._rows.get(number)
        if not offsets:
            return frozenset()
        if rows is None:
            return frozenset({EVERY_PERIOD})
        first, last = _bounds(offsets)
        before = np.searchsorted(rows.first, first, side="right") - 1
        behind = np.searchsorted(rows.first, last, side="right")
        has_row = (before >= 0) & (last <= rows.last[before])
        before, behind = before[~has_row], behind[~has_row]
        beside = {*before[before >= 0].tolist(), *behind[behind < len(rows.first)].tolist()}
        found = {int(rows.period[at]) for at in beside}
        found |= self._around(rows, first, last) | self._missed(rows, first[~has_row], last[~has_row])
        return frozenset(self._labels[at] for at in found)

    def of_output(self, at: Partition, offsets: Offsets) -> frozenset[str]:
        """The periods of the files that these offsets of an output partition lie in, or between; every one of none."""
        files = self._files.get(at, [])
        if not files:
            return frozenset({EVERY_PERIOD})
        starts = np.array([file.first for file in files], np.int64)
        near: set[int] = set()
        between: set[tuple[int, int]] = set()
        for first, last in zip(*(bounds.tolist() for bounds in _bounds(offsets)), strict=True):
            low = int(np.searchsorted(starts, first, side="right")) - 1
            high = int(np.searchsorted(starts, last, side="right"))
            inside = low >= 0 and last < files[low].end
            near |= {low} if inside else set(range(max(low, 0), min(high + 1, len(files))))
            between |= set() if inside else {(low, high)}
        missed = (self._between(files, low, high) for low, high in between)
        return frozenset[str]().union(*(self.of_file(files[each]) for each in near), *missed)

    def of_lost(self, file: File) -> frozenset[str]:
        """The periods of a bronze file that is gone, whether they were staged or not."""
        stretches = {number: Offsets.between(low, high + 1) for number, (low, high) in file.raw.items()}
        return self.of_file(file).union(*(self._unseen(number, *_bounds(each)) for number, each in stretches.items()))

    def of_file(self, file: File) -> frozenset[str]:
        """The periods that a bronze file may have rows of."""
        found: set[int] = set()
        for number, bounds in file.raw.items():
            rows = self._rows.get(number)
            if rows is not None:
                found |= self._around(rows, *(np.array([bound], np.int64) for bound in bounds))
        return frozenset(self._labels[at] for at in found)

    def _between(self, files: Sequence[File], low: int, high: int) -> frozenset[str]:
        """The periods that what is lost between two files of a partition may be of, and that neither needs to have."""
        before = files[low].raw if low >= 0 else {}
        behind = files[high].raw if high < len(files) else {}
        found: frozenset[str] = frozenset()
        for number in {*before, *behind}:
            first = before[number][1] + 1 if number in before else 0
            last = behind[number][0] - 1 if number in behind else LAST
            found |= self._unseen(number, np.array([first], np.int64), np.array([last], np.int64))
        return found

    def _unseen(self, number: int, first: Array, last: Array) -> frozenset[str]:
        rows = self._rows.get(number)
        if rows is None:
            return frozenset({EVERY_PERIOD})
        return frozenset(self._labels[at] for at in self._missed(rows, first, last))

    def _missed(self, rows: _Rows, first: Array, last: Array) -> set[int]:
        """The periods without a row here that come after the row before a stretch, and before what begins behind it."""
        rowless = set(range(len(self._labels))) - {period for period, _, _ in rows.hulls}
        found: set[int] = set()
        for low, high in zip(first.tolist(), last.tolist(), strict=True):
            if found == rowless:
                break
            at = int(np.searchsorted(rows.first, low, side="right")) - 1
            after = int(rows.period[at]) if at >= 0 else -1
            later = (period for period, begins, _ in rows.hulls if begins > high and period > after)
            until = min(later, default=len(self._labels))
            found |= {period for period in rowless if after < period < until}
        return found

    def _around(self, rows: _Rows, first: Array, last: Array) -> set[int]:
        """The periods whose lowest and highest offset reach around one of the stretches."""
        return {int(period) for period, low, high in rows.hulls if bool(((first <= high) & (last >= low)).any())}

    def of_batch(self, batch: int) -> frozenset[str]:
        """The periods that a batch has rows of."""
        return frozenset(self._of_batch.get(batch, ()))


def batch_of(path: str) -> int:
    """The number of the batch that made a staged file, as its name begins."""
    return int(path.rpartition("/")[2].partition("-")[0])


def _bounds(offsets: Offsets) -> tuple[Array, Array]:
    first, last = offsets.first, offsets.end - 1
    if len(first) <= RUNS_MAX:
        return first, last
    return first[:RUNS_MAX], np.append(last[: RUNS_MAX - 1], last[-1])


def _rows(staged: Iterable[Staged], number_of: Mapping[str, int]) -> dict[int, _Rows]:
    gathered: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for each in staged:
        for partition, runs in each.offsets.items():
            period = number_of[each.period]
            gathered[int(partition)] += [(run.first, run.last, period) for run in runs]
    found = {}
    for partition, rows in gathered.items():
        table = np.array(sorted(rows), np.int64).reshape(-1, 3)
        starts, ends, periods = table[:, 0], table[:, 1], table[:, 2]
        mine = ((at, periods == at) for at in np.unique(periods).tolist())
        hulls = tuple((at, int(starts[here].min()), int(ends[here].max())) for at, here in mine)
        found[partition] = _Rows(starts, ends, periods, hulls)
    return found
