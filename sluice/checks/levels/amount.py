"""Amounts of a service level: lengths of time and shares, in the units that contracts use."""

from datetime import timedelta
from fractions import Fraction
from math import isfinite
from typing import Final

from sluice.contract import duration
from sluice.contract.model import ServiceLevel

_SECONDS: Final = {
    1: ("s", "sec", "second", "seconds"),
    60: ("m", "min", "minute", "minutes"),
    3_600: ("h", "hr", "hour", "hours"),
    86_400: ("d", "day", "days"),
    604_800: ("w", "week", "weeks"),
    31_557_600: ("y", "yr", "year", "years"),  # 365.25 days
}
UNITS: Final = {name: timedelta(seconds=seconds) for seconds, names in _SECONDS.items() for name in names}

_PERCENT: Final = frozenset({"", "percent", "%"})
_RATIO: Final = frozenset({"ratio", "share", "1"})


def length(level: ServiceLevel) -> timedelta | str:
    """How long, by value and unit or as an ISO 8601 duration; or why that is no length of time."""
    if isinstance(level.value, str) and not level.unit:
        parsed = duration.parse(level.value)
        if parsed is not None:
            return parsed
    unit = UNITS.get(level.unit.strip().lower())
    number = numeric(level.value)
    if unit is None or number is None or abs(number) * unit.total_seconds() > timedelta.max.total_seconds():
        return f"'{level.value} {level.unit}'".replace(" '", "'") + " is no length of time; write value: 15, unit: m"
    return unit * number


def percentage(level: ServiceLevel) -> float | str:
    """A share in percent, 0 to 100; or why the value is none."""
    number = numeric(level.value)
    unit = level.unit.strip().lower()
    if number is not None and unit in _RATIO:
        number, unit = float(100 * Fraction(repr(number))), ""
    if number is None or unit not in _PERCENT or not 0 <= number <= 100:  # noqa: PLR2004 - percent
        return f"'{level.value} {level.unit}'".replace(" '", "'") + " is no share; write value: 0.5, unit: percent"
    return number


def share_of(percent: float) -> Fraction:
    """The share that is meant by the decimal as it is written: in binary, 7 of 1,000 are more than 0.7 percent.

    >>> share_of(0.7)
    Fraction(7, 1000)
    """
    return Fraction(repr(percent)) / 100


def numeric(value: object) -> float | None:
    """A finite number, also one that is written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def told(span: timedelta) -> str:
    """A length of time in its two largest units.

    >>> told(timedelta(hours=26, minutes=5)), told(timedelta(seconds=-90)), told(timedelta(0))
    ('1 d 2 h', '-1 min 30 s', '0 s')
    """
    left = abs(span)
    parts: list[str] = []
    for name, unit in (("d", UNITS["d"]), ("h", UNITS["h"]), ("min", UNITS["min"]), ("s", UNITS["s"])):
        number, left = divmod(left, unit)
        if number:
            parts.append(f"{number} {name}")
    sign = "-" if span < timedelta(0) else ""
    if not parts:
        return f"{sign}{abs(span).total_seconds():.3g} s" if span else "0 s"
    return sign + " ".join(parts[:2])
