"""Runs of offsets: how millions of coordinates are held, compared and told in a few numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Offsets from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


def runs_of(offsets: Iterable[int]) -> tuple[Run, ...]:
    """The runs of a set of offsets, ascending, as few as possible; an offset that comes twice counts once.

    >>> [str(run) for run in runs_of([3, 1, 2, 2, 7])]
    ['1..3', '7']
    """
    ordered = sorted(offsets)
    if not ordered:
        return ()
    found = []
    first = last = ordered[0]
    for offset in ordered:
        if offset > last + 1:
            found.append(Run(first, last))
            first = offset
        last = offset
    return (*found, Run(first, last))


def doubled(offsets: Iterable[int]) -> tuple[int, ...]:
    """Offsets that come more than once, ascending, each named once.

    >>> doubled([5, 1, 5, 5, 2, 1])
    (1, 5)
    """
    return tuple(sorted({before for before, after in pairwise(sorted(offsets)) if before == after}))


def gaps(runs: Iterable[Run], first: int, end: int) -> tuple[Run, ...]:
    """What the ascending runs leave open of [first, end).

    >>> [str(run) for run in gaps([Run(2, 3), Run(6, 9)], 0, 12)]
    ['0..1', '4..5', '10..11']
    """
    found = []
    at = first
    for run in runs:
        if run.first >= end:
            break
        if run.first > at:
            found.append(Run(at, run.first - 1))
        at = max(at, run.last + 1)
    if at < end:
        found.append(Run(at, end - 1))
    return tuple(found)


def both(runs: Iterable[Run], others: Iterable[Run]) -> tuple[Run, ...]:
    """What two ascending rows of runs have in common.

    >>> [str(run) for run in both([Run(0, 4), Run(8, 9)], [Run(3, 8)])]
    ['3..4', '8']
    """
    found = []
    left, right = list(runs), list(others)
    at = 0
    for run in left:
        while at < len(right) and right[at].last < run.first:
            at += 1
        ahead = at
        while ahead < len(right) and right[ahead].first <= run.last:
            found.append(Run(max(run.first, right[ahead].first), min(run.last, right[ahead].last)))
            ahead += 1
    return tuple(found)


def without(runs: Iterable[Run], others: Iterable[Run]) -> tuple[Run, ...]:
    """What is left of ascending runs where other ascending runs are taken out.

    >>> [str(run) for run in without([Run(0, 4), Run(8, 9)], [Run(3, 8)])]
    ['0..2', '9']
    """
    left = tuple(runs)
    return both(left, gaps(others, left[0].first, left[-1].last + 1)) if left else ()


def count(runs: Iterable[Run]) -> int:
    """How many offsets the runs hold."""
    return sum(len(run) for run in runs)
