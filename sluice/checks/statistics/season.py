"""A number among others that return by season: what is left of each once its own season is taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from statistics import median
from typing import Final

ALIKE_LEAST: Final = 4
"""Of fewer numbers of one season nobody knows what is usual in it."""


UNSURE: Final = sqrt(1 + pi / 2 / ALIKE_LEAST)
"""So much wider than a normal number itself is its distance from the median of as few others, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasonless:
    """``usual`` is the median of the number's own season, ``now`` how far it is from it; ``before`` the same of others.

    Each of ``before`` is measured against the median of its season without itself, as the number itself is. They rest
    on one median for each season: so many fewer degrees of freedom have they than their number (``spent``).
    """

    usual: float
    now: float
    before: tuple[float, ...]
    spent: int


def seasonless(value: float, season: str, history: Sequence[tuple[str, float]]) -> Seasonless | None:
    """What is left without the seasons, of those that have come often enough; None where its own, or no other, has.

    >>> seasonless(5, "Sunday", [("Monday", 1), ("Sunday", 4)] * 4)
    Seasonless(usual=4.0, now=1.0, before=(0, 0, 0, 0, 0, 0, 0, 0), spent=2)
    """
    by_season: dict[str, list[float]] = {}
    for name, point in history:
        by_season.setdefault(name, []).append(point)
    known = {name: points for name, points in by_season.items() if len(points) >= ALIKE_LEAST}
    if season not in known or len(known) == 1:
        return None
    usual = median(known[season])
    before = tuple(
        point - median(points[:at] + points[at + 1 :]) for points in known.values() for at, point in enumerate(points)
    )
    return Seasonless(usual=usual, now=value - usual, before=before, spent=len(known))
