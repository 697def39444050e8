"""changeRate: how a measure has changed against its baseline, which never holds the window under test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf
from statistics import median
from typing import Final

from sluice.checks.counts import expected, summed_up
from sluice.checks.gather import Gathered, Rows, gather, segments
from sluice.checks.measures import HUNDRED, Measured, Unmeasured, additive, measure
from sluice.checks.told import Seen, failed, judged, noted, of_rule, skipped
from sluice.checks.view import View
from sluice.contract import duration
from sluice.contract.measures import Baseline, ChangeRate
from sluice.contract.quality import QualityRule
from sluice.contract.threshold import Unit
from sluice.finding.model import Finding, Segment
from sluice.profile.model import SliceKey

MAD_TO_SD: Final = 1.4826
"""For a normal distribution the standard deviation is so many median absolute deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The values of a measure in earlier windows, nearest first; ``asked`` is how many were looked for."""

    values: tuple[float, ...]
    asked: int

    @property
    def middle(self) -> float:
        """Their median."""
        return median(self.values)

    @property
    def spread(self) -> float:
        """Their median absolute deviation, scaled to a standard deviation; 0 for fewer than two points."""
        return MAD_TO_SD * median(abs(value - self.middle) for value in self.values)


def judge_change(rule: QualityRule, view: View) -> tuple[Finding, ...]:
    """The window against its baseline, each segment against its own."""
    if not isinstance(rule.measure, ChangeRate):
        return ()
    asked = rule.measure
    current = gather(view, rule.window)
    if current.missing and (not current.parts or additive(asked.of, asked.of_unit)):
        seen = replace(skipped(current.note, expected(rule)), window=current.window)
        return (of_rule(rule, view, seen),)
    earlier = tuple(_earlier(asked, rule.window, view))
    told: list[Seen]
    if rule.segment_by:
        parts = (*current.parts, *(part for window in earlier for part in window.parts))
        found = {each: _judge(rule, asked, current, earlier, each) for each in segments(parts, rule.segment_by)}
        told = summed_up(rule, found) if found else [skipped("no rows in any segment", expected(rule))]
    else:
        told = [_judge(rule, asked, current, earlier, ())]
    return tuple(of_rule(rule, view, replace(noted(seen, current.note), window=current.window)) for seen in told)


def _earlier(asked: ChangeRate, window: str, view: View) -> Iterator[Gathered]:
    """The windows of the baseline that are whole and do not touch the window under test, nearest first."""
    for back in _steps(asked.baseline, duration.parse(window) or view.grid.length):
        found = gather(view, window, back)
        if found.parts and not (found.missing and additive(asked.of, asked.of_unit)):
            yield found


def _steps(baseline: Baseline, window: timedelta) -> Iterator[timedelta]:
    if baseline.method == "static":
        return
    period = (duration.parse(baseline.period) if baseline.period else None) or window
    step = period if baseline.method == "seasonal" else window
    number = 1 if baseline.method == "previous" else baseline.lookback
    yield from (step * back for back in range(1, number + 1) if step * back >= window)


def _judge(
    rule: QualityRule, asked: ChangeRate, current: Gathered, earlier: tuple[Gathered, ...], segment: Segment
) -> Seen:
    key = SliceKey(segment=segment)
    now = _value(rule, asked, current.rows.within(key))
    if isinstance(now, Unmeasured):
        return (failed if now.ours else skipped)(now.reason, expected(rule))
    if asked.baseline.method == "static" and asked.baseline.value is not None:
        return _compared(rule, now, Points(values=(float(asked.baseline.value),), asked=1))
    values = [_value(rule, asked, window.rows.within(key)) for window in earlier]
    points = Points(
        values=tuple(each.value for each in values if isinstance(each, Measured)),
        asked=1 if asked.baseline.method == "previous" else asked.baseline.lookback,
    )
    least = max(asked.baseline.min_points, 1)
    if len(points.values) < least:
        return skipped(f"no baseline yet: {len(points.values)} of at least {least} earlier windows", expected(rule))
    return _compared(rule, now, points)


def _value(rule: QualityRule, asked: ChangeRate, rows: Rows) -> Measured | Unmeasured:
    """Of several fields the sum: a change of one moves it."""
    answer = measure(asked.of, rule.id, asked.of_unit, rows)
    if isinstance(answer, Unmeasured):
        return answer
    return Measured(value=sum(each.value for each in answer), n=max((each.n for each in answer), default=0))


def _compared(rule: QualityRule, now: Measured, points: Points) -> Seen:
    if rule.threshold is None:
        return failed("the rule has no threshold")
    change = _change(now.value, points.middle, rule.unit)
    seen = Seen(
        outcome=judged(holds=rule.threshold.met_by(change)),
        expected=f"{expected(rule)} against {_number(points.middle)}",
        observed=change if abs(change) < inf else None,
        unit="" if rule.unit is Unit.VALUE else rule.unit.value,
        n=now.n,
        reason=f"{_number(now.value)} now, {_told(points)}",
    )
    return seen if abs(change) < inf else noted(seen, "a change from 0 has no percentage")


def _change(now: float, before: float, unit: Unit) -> float:
    """Percent of the baseline; the plain difference in any other unit. From nothing to something is infinite."""
    if unit is not Unit.PERCENT:
        return now - before
    if before == 0:
        return 0.0 if now == 0 else inf if now > 0 else -inf
    return HUNDRED * (now - before) / abs(before)


def _told(points: Points) -> str:
    if len(points.values) == 1:
        return f"{_number(points.middle)} before"
    return f"median {_number(points.middle)} (MAD {_number(points.spread / MAD_TO_SD)}) of {len(points.values)} windows"


def _number(value: float) -> str:
    return f"{value:.6g}"
