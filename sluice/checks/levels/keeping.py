"""retention and the dates of a data product's life, as of now."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from sluice.checks.levels.amount import length, told
from sluice.checks.told import Seen, failed, judged, skipped
from sluice.checks.view import View
from sluice.contract.model import ServiceLevel
from sluice.finding.model import Window

SLACK: Final = timedelta(days=1)
"""What is due to go may stay so much longer: removal runs once a day."""

NOTICE: Final = timedelta(days=90)


def judge_retention(level: ServiceLevel, view: View) -> Seen:
    """Nothing younger than promised is gone, and nothing older is still there."""
    span = length(level)
    if isinstance(span, str):
        return failed(span)
    expected = f"kept for {told(span)}, and no longer"
    if view.oldest is None:
        return skipped("nothing is kept yet", expected)
    horizon = view.as_of - span
    early = [each.label for each in view.grid.in_order(view.erased) if each.end > horizon]
    age = view.as_of - view.oldest.end
    overdue = age > span + SLACK + view.grid.length
    reason = f"the oldest period is {view.oldest.label}"
    if early:
        reason = f"{len(early)} periods are gone too early, the first of them {early[0]}"
    elif overdue:
        reason += ", which is due to be removed"
    return Seen(
        outcome=judged(holds=not early and not overdue),
        expected=expected,
        observed=max(age, timedelta(0)).total_seconds(),
        unit="s",
        reason=reason,
        window=Window(start=horizon, end=view.as_of),
    )


def judge_general_availability(level: ServiceLevel, view: View) -> Seen:
    """From this day on it is promised to all."""
    day = _day(level)
    if day is None:
        return failed(_no_day(level))
    reached = day <= view.as_of
    reason = "" if reached else f"in {told(day - view.as_of)}"
    expected = f"generally available from {day:%Y-%m-%d}"
    return Seen(outcome=judged(holds=True), expected=expected) if reached else skipped(reason, expected)


def judge_end(level: ServiceLevel, view: View) -> Seen:
    """After the last day of its support or life nobody should rely on it; the last months before are told."""
    day = _day(level)
    if day is None:
        return failed(_no_day(level))
    left = day + timedelta(days=1) - view.as_of
    over = left <= timedelta(0)
    reason = f"{told(-left)} past its end" if over else f"{told(left)} left" if left <= NOTICE else ""
    return Seen(outcome=judged(holds=not over), expected=f"used until {day:%Y-%m-%d}", reason=reason)


def _day(level: ServiceLevel) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(str(level.value)[:10]), datetime.min.time(), UTC)
    except ValueError:
        return None


def _no_day(level: ServiceLevel) -> str:
    return f"'{level.value}' is no day; write \"2027-06-30\""
