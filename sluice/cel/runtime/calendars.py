"""The parts of a timestamp or a duration: getFullYear() and its kin, in UTC or in a time zone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from sluice.cel.runtime.errors import no_overload
from sluice.cel.runtime.times import DAY, MILLISECOND, SECOND, civil_from_days, days_from_civil
from sluice.cel.runtime.values import Duration, Timestamp

Zone = Callable[[int], int]  # seconds since the epoch, in UTC, to the offset in seconds

_FIXED: Final = re.compile(r"([+-]?)([0-9]{1,2}):([0-9]{2})\Z")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CYCLE_S: Final = 146_097 * 86_400  # 400 years, after which the calendar repeats
_FIRST_S: Final = days_from_civil(2, 1, 1) * 86_400
_LAST_S: Final = days_from_civil(9999, 1, 1) * 86_400
_THURSDAY: Final = 4  # the day of 1970-01-01, where Sunday is 0


def utc(_seconds: int) -> int:
    """The zone of a timestamp that is asked without one."""
    return 0


def zone(name: str) -> Zone | None:
    """The zone of an IANA name or of a fixed offset such as ``+05:30``; None where there is none."""
    fixed = _FIXED.match(name)
    if fixed is not None:
        hours, minutes = int(fixed[2]), int(fixed[3])
        offset = (hours * 3600 + minutes * 60) * (-1 if fixed[1] == "-" else 1)
        return (lambda _seconds: offset) if hours < 24 and minutes < 60 else None  # noqa: PLR2004 - a clock's bounds
    try:
        info = ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
    # The records of a stream lie close together in time: most ask for an offset that is known.
    return lru_cache(maxsize=4096)(partial(_offset, info))


def _offset(info: ZoneInfo, seconds: int) -> int:
    """The offset at a time; the calendar's ends, where ``datetime`` overflows, are read one cycle of years inside."""
    inside = seconds + _CYCLE_S if seconds < _FIRST_S else seconds - _CYCLE_S if seconds >= _LAST_S else seconds
    moment = (_EPOCH + timedelta(seconds=inside)).astimezone(info)
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _local(value: Timestamp, where: Zone) -> int:
    return value + where(value // SECOND) * SECOND


def full_year(value: Timestamp, where: Zone) -> int:
    """The year."""
    return civil_from_days(_local(value, where) // DAY)[0]


def month(value: Timestamp, where: Zone) -> int:
    """The month, from 0."""
    return civil_from_days(_local(value, where) // DAY)[1] - 1


def date(value: Timestamp, where: Zone) -> int:
    """The day of the month, from 1."""
    return civil_from_days(_local(value, where) // DAY)[2]


def day_of_month(value: Timestamp, where: Zone) -> int:
    """The day of the month, from 0."""
    return date(value, where) - 1


def day_of_week(value: Timestamp, where: Zone) -> int:
    """The day of the week, where Sunday is 0."""
    return (_local(value, where) // DAY + _THURSDAY) % 7


def day_of_year(value: Timestamp, where: Zone) -> int:
    """The day of the year, from 0."""
    days = _local(value, where) // DAY
    return days - days_from_civil(civil_from_days(days)[0], 1, 1)


def hours(value: Timestamp, where: Zone) -> int:
    """The hour of the day."""
    return _local(value, where) % DAY // (3600 * SECOND)


def minutes(value: Timestamp, where: Zone) -> int:
    """The minute of the hour."""
    return _local(value, where) // (60 * SECOND) % 60


def seconds(value: Timestamp, where: Zone) -> int:
    """The second of the minute."""
    return _local(value, where) // SECOND % 60


def milliseconds(value: Timestamp, where: Zone) -> int:
    """The millisecond of the second."""
    return _local(value, where) // MILLISECOND % 1000


def _toward_zero(value: int, unit: int) -> int:
    return value // unit if value >= 0 else -(-value // unit)


TIMESTAMP_PARTS: Final[dict[str, Callable[[Timestamp, Zone], int]]] = {
    "getFullYear": full_year,
    "getMonth": month,
    "getDate": date,
    "getDayOfMonth": day_of_month,
    "getDayOfWeek": day_of_week,
    "getDayOfYear": day_of_year,
    "getHours": hours,
    "getMinutes": minutes,
    "getSeconds": seconds,
    "getMilliseconds": milliseconds,
}
DURATION_PARTS: Final[dict[str, Callable[[Duration], int]]] = {
    "getHours": lambda value: _toward_zero(value, 3600 * SECOND),
    "getMinutes": lambda value: _toward_zero(value, 60 * SECOND),
    "getSeconds": lambda value: _toward_zero(value, SECOND),
    "getMilliseconds": lambda value: _toward_zero(value, MILLISECOND) - _toward_zero(value, SECOND) * 1000,
}


def part(name: str, where: Zone) -> Callable[[Any], int]:
    """The accessor of that name for a timestamp or a duration; the zone is bound once, when the rule is compiled."""
    of_timestamp, of_duration = TIMESTAMP_PARTS[name], DURATION_PARTS.get(name)

    def read(value: Any) -> int:
        if value.__class__ is Timestamp:
            return of_timestamp(value, where)
        if value.__class__ is Duration and of_duration is not None:
            return of_duration(value)
        return no_overload()

    return read
