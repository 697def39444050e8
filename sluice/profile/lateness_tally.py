"""Lateness, counted batch by batch."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sluice.profile.lateness import SMALLEST_SECONDS, Lateness, bins_of
from sluice.profile.sketch import Doubles


@dataclass(slots=True)
class LatenessTally:
    """Counts of one pair of clocks."""

    _count: int = 0
    _zero: int = 0
    _later: dict[int, int] = field(default_factory=dict)
    _earlier: dict[int, int] = field(default_factory=dict)
    _minimum: float = float("inf")
    _maximum: float = float("-inf")
    _total: float = 0.0

    def add(self, seconds: Doubles) -> None:
        """Count rows; NaN is a row that lacks one of the clocks."""
        known = seconds[~np.isnan(seconds)]
        if not len(known):
            return
        self._count += len(known)
        self._minimum = min(self._minimum, float(known.min()))
        self._maximum = max(self._maximum, float(known.max()))
        self._total += float(known.sum())
        later = known[known > SMALLEST_SECONDS]
        earlier = known[known < -SMALLEST_SECONDS]
        self._zero += len(known) - len(later) - len(earlier)
        _count(self._later, later)
        _count(self._earlier, -earlier)

    def lateness(self) -> Lateness:
        """What was counted so far."""
        return Lateness(
            count=self._count,
            zero=self._zero,
            later=dict(self._later),
            earlier=dict(self._earlier),
            minimum=self._minimum if self._count else None,
            maximum=self._maximum if self._count else None,
            total=self._total,
        )


def _count(held: dict[int, int], magnitudes: Doubles) -> None:
    bins: npt.NDArray[np.int64] = np.bincount(bins_of(magnitudes)) if len(magnitudes) else np.zeros(0, np.int64)
    for index in np.flatnonzero(bins).tolist():
        held[index] = held.get(index, 0) + int(bins[index])
