"""timeOfAvailability: whether a period could be read by a time of day, on the local days on which that is promised."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sluice.checks.levels.amount import told
from sluice.checks.periods import shown
from sluice.checks.told import Seen, failed, judged, noted, skipped
from sluice.checks.view import View
from sluice.contract import duration
from sluice.contract.model import ServiceLevel
from sluice.contract.quality import Calendar
from sluice.finding.model import Window

DAYS_LOOKED_AHEAD: Final = 400
_TIME: Final = re.compile(r"T?(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?")


def judge_time_of_day(level: ServiceLevel, view: View) -> Seen:
    """The period must be published by the first promised time at which nothing more may come.

    That is the first day of the calendar, and the time on it by the zone's clock, after the period's end + the allowed
    lateness. Where that clock leaps over the time, the leap counts; where it shows it twice, the first.
    """
    zone = _zone(level, view)
    clock = _TIME.fullmatch(str(level.value).strip())
    if isinstance(zone, str):
        return failed(zone)
    if clock is None:
        return failed(f"'{level.value}' is no time of day; write \"06:00\"")
    at = _time_of(clock.group(1))
    if at is None:
        return failed(f"'{level.value}' is no time of day; write \"06:00\"")
    if clock.group(2):
        zone = _offset(clock.group(2))
    due = due_at(view.period.end + _lateness(view), at, zone, level.calendar)
    if due is None:
        return failed(f"the calendar leaves no day within {DAYS_LOOKED_AHEAD} days")
    named = f"{zone}" if isinstance(zone, ZoneInfo) else f"UTC{clock.group(2)}".removesuffix("Z")
    expected = f"readable by {due.astimezone(zone):%Y-%m-%d %H:%M} {named}"
    if view.late_on_purpose:
        return skipped(view.late_on_purpose, expected)
    return _judge(view, due, expected)


def due_at(ready: datetime, at: time, zone: tzinfo, calendar: Calendar) -> datetime | None:
    """The first promised instant at or after ``ready``; None where the calendar has none in sight."""
    first = ready.astimezone(zone).date() - timedelta(days=1)
    for day in (first + timedelta(days=step) for step in range(DAYS_LOOKED_AHEAD)):
        if promised(day, calendar):
            instant = shown(datetime.combine(day, at, zone))[0]
            if instant >= ready:
                return instant
    return None


def promised(day: date, calendar: Calendar) -> bool:
    """Whether the calendar has the day."""
    return day.weekday() in calendar.weekdays and day.isoformat() not in calendar.but


def _judge(view: View, due: datetime, expected: str) -> Seen:
    window = Window(start=view.period.start, end=due)
    published_now = view.period.label in view.closed and not view.withheld
    read = view.available.get(view.period.label, view.as_of if published_now else None)
    if read is None and view.as_of <= due:
        return noted(skipped(f"not yet due: {told(due - view.as_of)} are left", expected), view.withheld)
    late = (read or view.as_of) - due
    reason = (
        f"readable since {read:%Y-%m-%d %H:%M} UTC" if read else f"not readable as of {view.as_of:%Y-%m-%d %H:%M} UTC"
    )
    seen = Seen(
        outcome=judged(holds=late <= timedelta(0)),
        expected=expected,
        observed=late.total_seconds(),
        unit="s",
        reason=f"{reason}, {told(abs(late))} {'late' if late > timedelta(0) else 'early'}",
        window=window,
    )
    return seen if read else noted(seen, view.withheld)


def _zone(level: ServiceLevel, view: View) -> tzinfo | str:
    if level.timezone is None:
        return view.grid.zone
    try:
        return ZoneInfo(level.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return f"'{level.timezone}' is no time zone of the IANA data base"


def _offset(text: str) -> tzinfo:
    return UTC if text == "Z" else datetime.fromisoformat(f"2000-01-01T00:00{text}").tzinfo or UTC


def _time_of(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _lateness(view: View) -> timedelta:
    stream = view.object.stream
    return (duration.parse(stream.allowed_lateness) if stream else None) or timedelta(0)
