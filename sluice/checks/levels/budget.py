"""errorRate and availability: a share that may go wrong within a window, and how much of that budget is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from sluice.checks.gather import gather
from sluice.checks.levels.amount import numeric, percentage, share_of, told
from sluice.checks.levels.latency import HUNDRED, between
from sluice.checks.told import Seen, failed, judged, noted, skipped
from sluice.checks.view import View
from sluice.contract import duration
from sluice.contract.model import ServiceLevel
from sluice.finding.model import Window
from sluice.profile.model import ArrivalCounts

MONTH: Final = "P30D"
BAD_LEAST: Final = 10
"""Fewer bad records break no budget: one of 69 would be three times a budget of half a per cent."""

JUDGED_WITHIN: Final = timedelta(minutes=15)
"""A record is available that was judged so soon after it was appended; valueExt is another number of minutes."""

PACE: Final = timedelta(days=1)
"""The time to exhaustion is told at the pace of the last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """``bad`` of ``total`` records against the share that may be; ``lately`` bad ones came within the last PACE."""

    allowed_share: Fraction
    bad: int
    total: int
    lately: int = 0

    @property
    def share(self) -> Fraction:
        """The share of bad records."""
        return Fraction(self.bad, self.total) if self.total else Fraction(0)

    @property
    def left(self) -> float:
        """The share of the budget that is left: 1 nothing spent, 0 all of it, negative overspent."""
        allowed = self.allowed_share * self.total
        return float(1 - self.bad / allowed) if allowed else float(not self.bad)

    @property
    def holds(self) -> bool:
        """Within the budget, or too few bad records to say otherwise."""
        return self.bad < BAD_LEAST or self.share <= self.allowed_share

    @property
    def exhausted_in(self) -> timedelta | None:
        """Until nothing is left at the pace of the last day; None where nothing bad came in it, or all is spent."""
        rest = self.allowed_share * self.total - self.bad
        return PACE * float(rest / self.lately) if self.lately and rest > 0 else None

    def __str__(self) -> str:
        """As people read it."""
        if self.left <= 0:
            return f"{self.bad} of {self.total} records bad, the budget of the window is spent"
        lasts = f", gone in {told(self.exhausted_in)} at the pace of the last day" if self.exhausted_in else ""
        return f"{self.bad} of {self.total} records bad, {HUNDRED * self.left:.3g} % of the budget left{lasts}"


def judge_error_rate(level: ServiceLevel, view: View) -> Seen:
    """First-attempt dead letters of all raw records but control records, by the hour in which they were appended."""
    found = error_budget(level, view)
    if isinstance(found, str):
        return failed(found)
    expected = f"at most {float(HUNDRED * found.allowed_share):g} % dead letters in {level.window or MONTH}"
    window = Window(start=view.as_of - _span(level), end=view.as_of)
    if not found.total:
        return skipped("no records in the window", expected)
    return _seen(found, found.share, judged_window=window, expected=expected)


def error_budget(level: ServiceLevel, view: View) -> Budget | str:
    """The budget of an errorRate as of now, or why its value is none."""
    share = percentage(level)
    if isinstance(share, str):
        return share
    since = view.as_of - _span(level)
    hours = view.arrivals.hours.items()
    counts = [found for hour, found in hours if since <= hour < view.as_of]
    lately = [found for hour, found in hours if view.as_of - PACE <= hour < view.as_of]
    return Budget(
        allowed_share=share_of(share), bad=_bad(counts), total=_bad(counts) + _valid(counts), lately=_bad(lately)
    )


def judge_availability(level: ServiceLevel, view: View) -> Seen:
    """The share of the window's records that were judged, and so could be read, soon after they were appended."""
    share = percentage(level)
    minutes = JUDGED_WITHIN / timedelta(minutes=1) if level.value_ext is None else numeric(level.value_ext)
    if isinstance(share, str):
        return failed(share)
    if minutes is None or minutes <= 0:
        return failed(f"valueExt must be a number of minutes, not '{level.value_ext}'")
    limit = timedelta(minutes=minutes)
    expected = f"at least {share:g} % judged within {told(limit)} of their append in {level.window or MONTH}"
    if view.late_on_purpose:
        return skipped(view.late_on_purpose, expected)
    gathered = gather(view, level.window or MONTH)
    lateness = between(gathered.rows, "appended>judged")
    if not lateness.count:
        return skipped(gathered.note or "no rows", expected)
    bad = lateness.count - lateness.within(limit.total_seconds())[1]
    budget = Budget(allowed_share=1 - share_of(share), bad=bad, total=lateness.count)
    return noted(_seen(budget, 1 - budget.share, judged_window=gathered.window, expected=expected), gathered.note)


def _seen(budget: Budget, observed: Fraction, *, judged_window: Window, expected: str) -> Seen:
    few = "" if budget.holds == (budget.share <= budget.allowed_share) else f"fewer than {BAD_LEAST} bad records"
    seen = Seen(
        outcome=judged(holds=budget.holds),
        expected=expected,
        observed=float(HUNDRED * observed),
        unit="percent",
        n=budget.total,
        reason=str(budget),
        window=judged_window,
    )
    return noted(seen, few)


def _span(level: ServiceLevel) -> timedelta:
    return duration.parse(level.window or MONTH) or timedelta(days=30)


def _bad(counts: Iterable[ArrivalCounts]) -> int:
    return sum(each.invalid_first for each in counts)


def _valid(counts: Iterable[ArrivalCounts]) -> int:
    return sum(each.valid for each in counts)
