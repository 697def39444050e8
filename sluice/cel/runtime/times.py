"""Timestamps and durations: read from text, calculated in whole nanoseconds, written back."""

import re
from functools import lru_cache
from typing import Any, Final, NoReturn

from sluice.cel.runtime.errors import CelEvaluationError, no_overload
from sluice.cel.runtime.numbers import INT_MAX, INT_MIN
from sluice.cel.runtime.values import Duration, Timestamp

SECOND: Final = 10**9
MILLISECOND: Final = 10**6
DAY: Final = 86_400 * SECOND
TIMESTAMP_MIN: Final = -62_135_596_800 * SECOND
TIMESTAMP_MAX: Final = 253_402_300_800 * SECOND - 1
DURATION_MAX: Final = 315_576_000_000 * SECOND + SECOND - 1
_UNIT: Final = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": MILLISECOND, "us": 1000, "ns": 1}
# RFC 3339, section 5.6. Each pattern has no choice to go back on, so it is linear in the text.
_RFC3339: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\Z"
)
_DURATION_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ms|us|ns|h|m|s)")
_TEXT_MAX: Final = 128
_NANO_DIGITS: Final = 9
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@lru_cache(maxsize=4096)
def timestamp_of_text(text: str) -> Timestamp:
    """The point in time that an RFC 3339 text names, cut to the nanosecond.

    A leap second is the first second of the next minute.
    """
    match = _RFC3339.match(text) if len(text) <= _TEXT_MAX else None
    if match is None:
        return _malformed("timestamp")
    year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
    sign, zone_hour, zone_minute = match.group(8), int(match.group(9) or 0), int(match.group(10) or 0)
    if (
        not 1 <= month <= 12  # noqa: PLR2004 - the calendar's own bounds, here and in the lines below
        or not 1 <= day <= _days_of_month(year, month)
        or hour > 23  # noqa: PLR2004
        or minute > 59  # noqa: PLR2004
        or second > 60  # noqa: PLR2004
        or zone_hour > 23  # noqa: PLR2004
        or zone_minute > 59  # noqa: PLR2004
    ):
        return _malformed("timestamp")
    # A leap second has no fraction of its own: the reference drops it.
    fraction = "" if second == 60 else (match.group(7) or "")[:_NANO_DIGITS]  # noqa: PLR2004 - a leap second
    offset = (zone_hour * 60 + zone_minute) * (-1 if sign == "-" else 1)
    seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + (minute - offset) * 60 + second
    return as_timestamp(seconds * SECOND + int(fraction.ljust(_NANO_DIGITS, "0") or 0))


def read_timestamp(text: str | None) -> Timestamp | None:
    """A record's timestamp; null stays null."""
    return None if text is None else timestamp_of_text(text)


def to_timestamp(value: Any) -> Timestamp:
    """``timestamp(x)`` of a text, of seconds since the epoch, or of a timestamp."""
    match value:
        case str():
            return timestamp_of_text(value)
        case Timestamp():
            return value
        case int() if value.__class__ is int:
            return as_timestamp(value * SECOND)
        case _:
            return no_overload()


def to_duration(value: Any) -> Duration:
    """``duration(x)`` of a text such as ``1h30m``, ``1.5s``, ``-20ms``, or of a duration."""
    match value:
        case Duration():
            return value
        case str() if len(value) <= _TEXT_MAX:
            return _duration_of_text(value)
        case str():
            return _malformed("duration")
        case _:
            return no_overload()


def _duration_of_text(text: str) -> Duration:
    sign, body = (-1, text[1:]) if text[:1] == "-" else (1, text[1:] if text[:1] == "+" else text)
    if body == "0":
        return Duration(0)
    total = position = 0
    while position < len(body):
        match = _DURATION_PART.match(body, position)
        if match is None or not (match[1] or match[2]):
            return _malformed("duration")
        unit = _UNIT[match[3]]
        whole, fraction = int(match[1] or 0), match[2] or ""
        part, finer = divmod(int(fraction or 0) * unit, 10 ** len(fraction))
        if finer or whole > INT_MAX:
            raise CelEvaluationError("a duration that is finer than a nanosecond, or too long")
        total += whole * unit + part
        position = match.end()
    if not body or total > DURATION_MAX:
        return _malformed("duration")
    return Duration(sign * total)


def as_timestamp(nanoseconds: int) -> Timestamp:
    """The point in time, if it lies in the years 1 to 9999."""
    if not TIMESTAMP_MIN <= nanoseconds <= TIMESTAMP_MAX:
        raise CelEvaluationError("a timestamp outside of the years 1 to 9999")
    return Timestamp(nanoseconds)


def as_duration(nanoseconds: int) -> Duration:
    """The span, if 64 bits of nanoseconds hold it (about 292 years)."""
    if not INT_MIN <= nanoseconds <= INT_MAX:
        raise CelEvaluationError("a duration of more than 292 years")
    return Duration(nanoseconds)


def time_add(left: Any, right: Any) -> Timestamp | Duration:
    """A timestamp and a duration in either order, or two durations."""
    kinds = (left.__class__, right.__class__)
    if kinds in {(Timestamp, Duration), (Duration, Timestamp)}:
        return as_timestamp(left + right)
    return as_duration(left + right) if kinds == (Duration, Duration) else no_overload()


def time_subtract(left: Any, right: Any) -> Timestamp | Duration:
    """What lies between two timestamps, or a timestamp or duration less a duration."""
    kinds = (left.__class__, right.__class__)
    if kinds == (Timestamp, Duration):
        return as_timestamp(left - right)
    if kinds in {(Timestamp, Timestamp), (Duration, Duration)}:
        return as_duration(left - right)
    return no_overload()


def format_timestamp(value: Timestamp) -> str:
    """RFC 3339 in UTC with as many of 0, 3, 6 or 9 digits as it needs."""
    days, rest = divmod(value, DAY)
    year, month, day = civil_from_days(days)
    seconds, nanoseconds = divmod(rest, SECOND)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{_fraction(nanoseconds)}"
    return f"{year:04d}-{month:02d}-{day:02d}T{clock}Z"


def format_duration(value: Duration) -> str:
    """Seconds with as many of 0, 3, 6 or 9 digits as they need, and an ``s``."""
    seconds, nanoseconds = divmod(abs(value), SECOND)
    return f"{'-' if value < 0 else ''}{seconds}{_fraction(nanoseconds)}s"


def _fraction(nanoseconds: int) -> str:
    if not nanoseconds:
        return ""
    digits = f"{nanoseconds:09d}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return "." + digits


def _days_of_month(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return _MONTH_DAYS[month - 1] + (leap and month == 2)  # noqa: PLR2004 - February


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-compatible date algorithms")."""
    shifted = year - (month <= 2)  # noqa: PLR2004 - the year starts in March
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of days since 1970-01-01: the inverse of ``days_from_civil``."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9  # noqa: PLR2004 - January is month 10
    year = year_of_era + era * 400 + (month <= 2)  # noqa: PLR2004 - the year starts in March
    return year, month, day_of_year - (153 * shifted_month + 2) // 5 + 1


def _malformed(kind: str) -> NoReturn:
    raise CelEvaluationError(f"a string cannot be converted to {kind}")
