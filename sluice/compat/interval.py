"""Intervals: the bounds of numbers and of sizes, as several schemas together set them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Any

Bound = int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From ``low`` to ``high``; an open end does not belong to it."""

    low: Bound = -inf
    high: Bound = inf
    low_open: bool = False
    high_open: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing lies in it."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def apart(self, other: "Interval") -> bool:
        """Whether the two share nothing."""
        return self.before(other) or other.before(self)

    def before(self, other: "Interval") -> bool:
        """Whether all of it lies below all of the other."""
        return self.high < other.low or (self.high == other.low and (self.high_open or other.low_open))


def numbers(parts: Iterable[dict[str, Any]], *, whole: bool) -> Interval:
    """The numbers that all the parts take; for whole numbers, the ends are whole and closed."""
    parts = tuple(parts)
    low, low_open = _tightest([(part.get("minimum"), part.get("exclusiveMinimum")) for part in parts], 1)
    high, high_open = _tightest([(part.get("maximum"), part.get("exclusiveMaximum")) for part in parts], -1)
    if not whole:
        return Interval(low=low, high=high, low_open=low_open, high_open=high_open)
    if low != -inf:
        low = floor(low) + 1 if low_open else ceil(low)
    if high != inf:
        high = ceil(high) - 1 if high_open else floor(high)
    return Interval(low=low, high=high)


def sizes(parts: Iterable[dict[str, Any]], what: str) -> Interval:
    """The sizes that all the parts take; ``what`` is Length, Items or Properties."""
    parts = tuple(parts)
    least = max((part.get(f"min{what}", 0) for part in parts), default=0)
    most = min((part.get(f"max{what}", inf) for part in parts), default=inf)
    return Interval(low=least, high=most)


def _tightest(ends: list[tuple[Bound | None, Bound | None]], sign: int) -> tuple[Bound, bool]:
    """The innermost end and whether it is open; ``sign`` is 1 for lower ends, -1 for upper ones."""
    closed = [(sign * end, False) for end, _ in ends if end is not None]
    opened = [(sign * end, True) for _, end in ends if end is not None]
    end, is_open = max((*closed, *opened), default=(-inf, False))
    return sign * end, is_open
