"""Sets of offsets as runs in two arrays: millions of coordinates joined, compared and told within a second."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from sluice.ledger.runs import Run

Array = npt.NDArray[np.int64]
_NOTHING: Final[Array] = np.zeros(0, np.int64)
_EITHER: Final = np.array([False, True, True, True])  # by how an offset is held: by none, one, the other, both
_BOTH: Final = np.array([False, False, False, True])
_FIRST_ALONE: Final = np.array([False, True, False, False])


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """A set of offsets: the runs [first, end), ascending, that neither overlap nor touch."""

    first: Array = field(default_factory=lambda: _NOTHING)
    end: Array = field(default_factory=lambda: _NOTHING)

    @classmethod
    def of(cls, offsets: Array | Iterable[int]) -> "Offsets":
        """The set of these offsets, in any order; one that comes twice counts once.

        >>> [str(run) for run in Offsets.of([3, 1, 2, 2, 7]).runs()]
        ['1..3', '7']
        """
        ordered = _sorted(offsets)
        if not len(ordered):
            return cls()
        jumps = np.flatnonzero(np.diff(ordered) > 1)
        return cls(
            ordered[np.concatenate(([0], jumps + 1))],
            ordered[np.concatenate((jumps, [len(ordered) - 1]))] + 1,
        )

    @classmethod
    def between(cls, first: int, end: int) -> "Offsets":
        """All of [first, end); none where that is empty."""
        return cls(np.array([first], np.int64), np.array([end], np.int64)) if end > first else cls()

    @classmethod
    def of_runs(cls, runs: Iterable[Run]) -> "Offsets":
        """All offsets of the runs, which may come in any order and overlap."""
        found = list(runs)
        pieces = sorted((run.first, run.last + 1) for run in found)
        if not pieces:
            return cls()
        first = np.array([piece[0] for piece in pieces], np.int64)
        highest = np.maximum.accumulate(np.array([piece[1] for piece in pieces], np.int64))
        begins = np.concatenate(([True], first[1:] > highest[:-1]))
        ends = np.concatenate((begins[1:], [True]))
        return cls(first[begins], highest[ends])

    def __len__(self) -> int:
        return int((self.end - self.first).sum())

    def __bool__(self) -> bool:
        return len(self.first) > 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Offsets):
            return NotImplemented
        return np.array_equal(self.first, other.first) and np.array_equal(self.end, other.end)

    __hash__ = None  # type: ignore[assignment] # arrays have none

    def __or__(self, other: "Offsets") -> "Offsets":
        return _swept(self, other, _EITHER)

    def __and__(self, other: "Offsets") -> "Offsets":
        return _swept(self, other, _BOTH)

    def __sub__(self, other: "Offsets") -> "Offsets":
        return _swept(self, other, _FIRST_ALONE)

    def gaps(self, first: int, end: int) -> "Offsets":
        """What of [first, end) is not among them."""
        return Offsets.between(first, end) - self

    def within(self, first: int, end: int) -> "Offsets":
        """What of them lies in [first, end)."""
        return self & Offsets.between(first, end)

    def through(self, first: int) -> int:
        """The lowest offset from ``first`` on that is not among them."""
        at = int(np.searchsorted(self.first, first, side="right")) - 1
        return int(self.end[at]) if at >= 0 and self.end[at] > first else first

    @property
    def lowest(self) -> int:
        """The lowest of them; ValueError where there is none."""
        return int(self.first[0]) if self else _none()

    @property
    def highest(self) -> int:
        """The highest of them; ValueError where there is none."""
        return int(self.end[-1]) - 1 if self else _none()

    def runs(self, at_most: int | None = None) -> tuple[Run, ...]:
        """The first ``at_most`` runs (all, where that is None)."""
        pieces = zip(self.first[:at_most].tolist(), self.end[:at_most].tolist(), strict=True)
        return tuple(Run(first, end - 1) for first, end in pieces)

    def text(self) -> str:
        """For a file: differences between the bounds, packed."""
        bounds = np.empty(2 * len(self.first), "<i8")
        bounds[0::2], bounds[1::2] = self.first, self.end
        return b64encode(zlib.compress(np.diff(bounds, prepend=0).astype("<i8").tobytes())).decode()

    @classmethod
    def of_text(cls, text: str) -> "Offsets":
        """What ``text`` wrote."""
        bounds = np.cumsum(np.frombuffer(zlib.decompress(b64decode(text)), "<i8").astype(np.int64))
        return cls(bounds[0::2], bounds[1::2])


def repeated(offsets: Array | Iterable[int]) -> Offsets:
    """Those that come more than once.

    >>> [str(run) for run in repeated([5, 1, 5, 5, 2, 1]).runs()]
    ['1', '5']
    """
    ordered = _sorted(offsets)
    return Offsets.of(ordered[1:][np.diff(ordered) == 0]) if len(ordered) > 1 else Offsets()


def _sorted(offsets: Array | Iterable[int]) -> Array:
    given = offsets if isinstance(offsets, np.ndarray) else np.fromiter(offsets, np.int64)
    return given if len(given) < 2 or bool((np.diff(given) >= 0).all()) else np.sort(given)  # noqa: PLR2004 - a pair


def _swept(one: Offsets, other: Offsets, wanted: npt.NDArray[np.bool_]) -> Offsets:
    """Walk all bounds in order, and keep the stretches over which the wanted ones hold the offset."""
    bounds = np.concatenate((one.first, one.end, other.first, other.end))
    if not len(bounds):
        return Offsets()
    mine, theirs = np.ones(len(one.first), np.int64), np.full(len(other.first), 2, np.int64)
    order = np.argsort(bounds, kind="stable")
    bounds = bounds[order]
    holders = np.cumsum(np.concatenate((mine, -mine, theirs, -theirs))[order])
    settled = np.flatnonzero(np.append(bounds[1:] != bounds[:-1], True))
    inside = wanted[holders[settled]]
    before = np.concatenate(([False], inside[:-1]))
    return Offsets(bounds[settled][inside & ~before], bounds[settled][before & ~inside])


def _none() -> int:
    raise ValueError("there is no offset")
