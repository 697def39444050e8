"""A number against its own history: how unlikely it is, by median and MAD, for as few points as there are."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from sluice.checks.statistics.tails import t_tail

MAD_TO_SD: Final = 1.4826
"""For a normal distribution the standard deviation is so many median absolute deviations."""


def unlikely(value: float, history: Sequence[float], floor: float, spent: int = 0) -> float:
    """The probability that a number so far from the median of its history comes by chance, to either side.

    ``history`` leaves the number itself out: of few points one outlier within would hide itself. ``floor`` is the
    standard deviation that sampling alone gives. The ratio of the distance to the scaled MAD of n normal numbers is
    close to Student's t with (n - 1) / 2 degrees of freedom, stretched by 1 + 3 / n: what three standard deviations of
    seven points would raise in 3 % of all cases is told as what it is. ``spent`` are degrees of freedom that the points
    have lost to what was taken from them before. The simulation in the tests holds it.
    """
    n = max(len(history) - spent, 2)
    middle = median(history)
    spread = max(MAD_TO_SD * median(abs(point - middle) for point in history), floor)
    distance = abs(value - middle)
    if not spread:
        return float(not distance)
    return t_tail(distance / spread / (1 + 3 / n), max((n - 1) / 2, 1))
