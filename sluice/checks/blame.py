"""Which producer a breach points at, where one of several stands out."""

from collections.abc import Callable
from typing import Final

from sluice.checks.gather import Rows

MOST: Final = 0.5
"""A producer is named who is behind more than this share of what is bad ..."""

RATIO: Final = 1.5
"""... and behind this many times the share that his rows would make likely."""

LEAST: Final = 10
"""Of fewer bad records no producer is named."""


def producer_behind(rows: Rows, bad: Callable[[Rows], float]) -> str:
    """``producer <name>``, or "" where none stands out, there is one alone, or records name none.

    ``bad`` counts what is bad among some rows.
    """
    counts = {each.key.producer: (bad(each), each.count) for each in rows.producers()}
    total, of = sum(count for count, _ in counts.values()), sum(count for _, count in counts.values())
    if len(counts) < 2 or total < LEAST or not of:  # noqa: PLR2004 - nobody stands out alone
        return ""
    name, (most, his) = max(counts.items(), key=lambda item: item[1][0])
    stands_out = most > MOST * total and most / total >= RATIO * his / of
    return f"producer {name or 'without a name'}" if stands_out else ""
