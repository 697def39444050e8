"""What of a column can be watched: a number for each period, on a scale on which its noise is alike everywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from math import asin, log, log1p, sqrt
from typing import Final

from sluice.profile.model import ColumnProfile
from sluice.profile.sketch import DISTINCT_ERROR, RANK_ERROR, distinct_count, quantiles_at

HUNDRED: Final = 100
TENTH: Final = 0.1
"""A smaller change is not told, however sure: of the number itself, or in standard deviations of the field."""

PERCENT_LEAST: Final = 1.0
"""The same for shares, in percent of the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One number of one period.

    ``value`` is as people read it, ``least`` the smallest change of it that matters; ``scaled`` is what is compared
    with its history, ``floor`` the standard deviation that sampling alone (or a sketch) gives it.
    """

    value: float
    least: float
    scaled: float
    floor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A name, the unit ("" for that of the field), and how the number is read; None where the column has none."""

    name: str
    unit: str
    read: Callable[[ColumnProfile], Point | None]


def volume(rows: int) -> Point:
    """The rows of a period."""
    return Point(value=rows, least=TENTH * rows, scaled=log1p(rows), floor=1 / sqrt(max(rows, 1)))


def _nulls(column: ColumnProfile) -> Point | None:
    return _share(column.null_or_absent, column.rows)


def _missing(column: ColumnProfile) -> Point | None:
    return _share(sum(column.missing.values()), column.rows) if column.missing else None


def _unfit(column: ColumnProfile) -> Point | None:
    return _share(column.unfit, column.rows)


def _share(bad: int, of: int) -> Point | None:
    if not of:
        return None
    share = bad / of
    return Point(value=HUNDRED * share, least=PERCENT_LEAST, scaled=asin(sqrt(share)), floor=1 / (2 * sqrt(of)))


def _mean(column: ColumnProfile) -> Point | None:
    mean, deviation = column.mean, column.deviation
    if mean is None or not deviation or column.numbers is None:
        return None
    return Point(value=mean, least=TENTH * deviation, scaled=mean, floor=deviation / sqrt(column.numbers.count))


def _spread(column: ColumnProfile) -> Point | None:
    deviation = column.deviation
    if not deviation or column.numbers is None:
        return None
    return Point(
        value=deviation, least=TENTH * deviation, scaled=log(deviation), floor=1 / sqrt(2 * column.numbers.count)
    )


def _median(column: ColumnProfile) -> Point | None:
    deviation = column.deviation
    if column.quantiles is None or not deviation or column.numbers is None:
        return None
    value = quantiles_at(column.quantiles, (0.5,))[0]
    rank = sqrt((RANK_ERROR / _SURE) ** 2 + 1 / (4 * column.numbers.count))
    return Point(value=value, least=TENTH * deviation, scaled=value, floor=deviation * rank / _DENSITY)


def _distinct(column: ColumnProfile) -> Point | None:
    if column.distinct is None:
        return None
    value = distinct_count(column.distinct).value
    return Point(value=value, least=TENTH * value, scaled=log1p(value), floor=DISTINCT_ERROR)


_SURE: Final = 2.6  # RANK_ERROR holds in 99 of 100 cases: so many standard deviations
_DENSITY: Final = 0.4  # of a normal distribution at its median, per standard deviation

SIGNALS: Final = (
    Signal(name="nulls", unit="percent", read=_nulls),
    Signal(name="missing", unit="percent", read=_missing),
    Signal(name="unfit", unit="percent", read=_unfit),
    Signal(name="mean", unit="", read=_mean),
    Signal(name="spread", unit="", read=_spread),
    Signal(name="median", unit="", read=_median),
    Signal(name="distinct", unit="values", read=_distinct),
)
