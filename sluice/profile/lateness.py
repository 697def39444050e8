"""How much later one clock is than another: exact counts in logarithmic bins, one per cent wide to each side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, log
from typing import Final

import numpy as np
import numpy.typing as npt

RELATIVE_ERROR: Final = 0.01
"""A quantile is at most this share away from the value of that rank. Counts merge without any loss."""

SMALLEST_SECONDS: Final = 0.001
"""What is nearer to zero than this counts as zero: Kafka's timestamps have no more digits."""

_GAMMA: Final = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GAMMA: Final = log(_GAMMA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Seconds from one clock to a later one, over ``count`` rows that have both.

    ``later`` and ``earlier`` count by bin: bin i holds magnitudes in (gamma^(i-1), gamma^i] milliseconds, with i >= 1
    and gamma = 1.01 / 0.99. ``earlier`` is what went backwards: a clock that runs ahead. ``zero`` is within a
    millisecond. The bins are those of DDSketch (Masson, Rim, Lee; VLDB 2019), without its collapsing.
    """

    count: int = 0
    zero: int = 0
    later: Mapping[int, int] = field(default_factory=dict)
    earlier: Mapping[int, int] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    total: float = 0.0

    @property
    def negative(self) -> int:
        """Rows whose later clock shows an earlier time, by more than a millisecond."""
        return sum(self.earlier.values())

    @property
    def mean(self) -> float | None:
        """Mean seconds; None without rows."""
        return self.total / self.count if self.count else None

    def quantile(self, rank: float) -> float | None:
        """Seconds that a share ``rank`` (0 to 1) of the rows stays within; None without rows.

        The smallest value with at least that share at or below it (nearest rank), within RELATIVE_ERROR of it and
        never outside the exact minimum and maximum.
        """
        if not self.count or self.minimum is None or self.maximum is None:
            return None
        wanted = min(max(ceil(rank * self.count - _ROUNDING), 1), self.count)
        if wanted == 1:
            return self.minimum
        seen = 0
        for seconds, count in self._rising() if wanted < self.count else ():
            seen += count
            if seen >= wanted:
                return min(max(seconds, self.minimum), self.maximum)
        return self.maximum

    def within(self, seconds: float) -> tuple[int, int]:
        """How many rows are at most ``seconds`` late: at least so many, at most so many.

        The two are equal unless some rows are in the bin of ``seconds`` itself, that is within two per cent of it.
        """
        if self.minimum is None or self.maximum is None or seconds < self.minimum:
            return 0, 0
        if seconds >= self.maximum:
            return self.count, self.count
        bins = self._rising_bins()
        surely = sum(count for _, high, count in bins if high <= seconds)
        maybe = sum(count for low, _, count in bins if low <= seconds)
        return surely, maybe

    def _rising(self) -> list[tuple[float, int]]:
        backwards = [(-middle(index), self.earlier[index]) for index in sorted(self.earlier, reverse=True)]
        return [*backwards, (0.0, self.zero), *((middle(index), self.later[index]) for index in sorted(self.later))]

    def _rising_bins(self) -> list[tuple[float, float, int]]:
        backwards = [(-_upper(index), -_upper(index - 1), count) for index, count in self.earlier.items()]
        forwards = [(_upper(index - 1), _upper(index), count) for index, count in self.later.items()]
        return [*backwards, (-SMALLEST_SECONDS, SMALLEST_SECONDS, self.zero), *forwards]


def middle(index: int) -> float:
    """Seconds in the middle of a bin: within RELATIVE_ERROR of everything in it."""
    return SMALLEST_SECONDS * 2 * _GAMMA**index / (_GAMMA + 1)


def bins_of(seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """The bins of magnitudes above SMALLEST_SECONDS."""
    bins: npt.NDArray[np.int64] = np.ceil(np.log(seconds / SMALLEST_SECONDS) / _LOG_GAMMA).astype(np.int64)
    return np.maximum(bins, 1)


def _upper(index: int) -> float:
    return SMALLEST_SECONDS * _GAMMA**index


_ROUNDING: Final = 1e-9  # 0.29 * 100 is a little more than 29 in doubles
