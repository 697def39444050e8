"""frequency (or freshness): how old the newest record is, by a clock that no future date can fool."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sluice.checks.gather import Rows
from sluice.checks.levels.amount import length, told
from sluice.checks.levels.latency import between
from sluice.checks.told import Seen, failed, judged, noted, skipped
from sluice.checks.view import View
from sluice.contract.model import ServiceLevel
from sluice.finding.model import Window
from sluice.profile.model import PeriodProfile

AHEAD_MAX: Final = timedelta(hours=1)
"""Events so much younger than their own landing cannot be planned ones that came early: a clock runs ahead."""

AHEAD_LEAST: Final = 10
"""Fewer records with such a date are strays, not a clock."""

LOOKED_BACK: Final = timedelta(days=1)
"""A clock that runs ahead is told for so long after its last record has landed."""

HOUR: Final = timedelta(hours=1)

PERIODS_READ: Final = 40
"""Only so many of the newest periods with rows are read, and of those of the future: they may have to be fetched."""

CLOCKS: Final = ("event", "appended", "landed")


def judge_frequency(level: ServiceLevel, view: View) -> Seen:
    """The age of the newest record as of now, by the event clock (``from``: appended or landed for another).

    An event dated after its own landing makes nothing fresh. Where records are dated ahead in number, the event clock
    can neither keep nor break the promise: that is a breach of its own, and names the producer.
    """
    limit = length(level)
    clock = level.from_clock or "event"
    if isinstance(limit, str):
        return failed(limit)
    if clock not in CLOCKS:
        return failed(f"no age by the clock '{clock}': take one of {', '.join(CLOCKS)}")
    expected = f"newest record at most {told(limit)} old, by the {clock} clock"
    if view.past_on_purpose:
        return skipped(view.past_on_purpose, expected)
    profiles = _newest_profiles(view)
    newest = _newest(profiles, clock)
    if newest is None:
        return _silence(view, limit, expected)
    age = max(view.as_of - min(newest, view.as_of), timedelta(0))
    ahead, who = _ahead(profiles, view.as_of) if clock == CLOCKS[0] else (0, "")
    seen = Seen(
        outcome=judged(holds=age <= limit and not ahead),
        expected=expected,
        observed=age.total_seconds(),
        unit="s",
        reason=f"the newest is of {newest:%Y-%m-%d %H:%M} UTC",
        window=Window(start=view.as_of - limit, end=view.as_of),
        attributed=f"the event clock of {who}" if ahead and who else "the event clock" if ahead else "",
    )
    return noted(seen, f"{ahead} records are dated more than {told(AHEAD_MAX)} after they landed" if ahead else "")


def _silence(view: View, limit: timedelta, expected: str) -> Seen:
    """No record is there: none may have come since the activation, or since the last hour in which one arrived.

    Records that retention has taken are told by their arrival alone.
    """
    hours = (hour + HOUR for hour, counts in view.arrivals.hours.items() if counts.valid)
    came = max(hours, default=None)
    since = max((each for each in (came, view.activation) if each is not None), default=None)
    if since is None or view.as_of - since <= limit:
        return skipped("no record has come yet", expected)
    last = "the last that came" if since == came else "the activation"
    dated = " with a date of before its landing" if view.profiles else ""
    return Seen(
        outcome=judged(holds=False),
        expected=expected,
        observed=(view.as_of - since).total_seconds(),
        unit="s",
        reason=f"no record{dated} has come since {last} on {since:%Y-%m-%d %H:%M} UTC",
        window=Window(start=view.as_of - limit, end=view.as_of),
    )


def _newest_profiles(view: View) -> tuple[PeriodProfile, ...]:
    newest_first = tuple(reversed(view.grid.in_order(view.profiles)))
    begun = [each.label for each in newest_first if each.start <= view.as_of]
    ahead = [each.label for each in newest_first if each.start > view.as_of]
    return tuple(view.profiles[label] for label in (*begun[:PERIODS_READ], *ahead[:PERIODS_READ]))


def _newest(profiles: Iterable[PeriodProfile], clock: str) -> datetime | None:
    """The newest instant that a record can be believed to show."""
    totals = [profile.total for profile in profiles]
    match clock:
        case "event":
            found = [total.event_credible for total in totals]
        case "appended":
            found = [_earlier(total.appended_last, total.landed_last) for total in totals]
        case _:
            found = [total.landed_last for total in totals]
    return max((each for each in found if each is not None), default=None)


def _earlier(one: datetime | None, two: datetime | None) -> datetime | None:
    return one if two is None else two if one is None else min(one, two)


def _ahead(profiles: Iterable[PeriodProfile], as_of: datetime) -> tuple[int, str]:
    """How many records that landed of late are dated ahead of their landing, and whose they are."""
    since = as_of - LOOKED_BACK
    landed = ((profile, profile.total.landed_last) for profile in profiles)
    late = tuple(profile for profile, at in landed if at is not None and at > since)
    rows = Rows(parts=late)
    number = dated_ahead(rows)
    if number < AHEAD_LEAST:
        return 0, ""
    counts = {each.key.producer: dated_ahead(each) for each in rows.producers()}
    worst = max(counts, key=lambda name: counts[name], default=None)
    return number, f"producer {worst}" if worst and counts[worst] * 2 > number else ""


def dated_ahead(rows: Rows) -> int:
    """Records whose event is more than AHEAD_MAX after their landing (after their append, where no landing is told)."""
    pair = "event>landed" if between(rows, "event>landed").count else "event>appended"
    return between(rows, pair).within(-AHEAD_MAX.total_seconds())[0]
