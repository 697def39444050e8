"""A measure against its threshold: over all rows, or by segment."""

from dataclasses import replace
from math import inf
from typing import Final

from sluice.checks.blame import producer_behind
from sluice.checks.gather import Gathered, Rows, earlier, gather, segments
from sluice.checks.measures import Unmeasured, additive, measure
from sluice.checks.told import Seen, failed, judged, noted, of_rule, skipped
from sluice.checks.view import View
from sluice.contract.measures import InvalidValues, MissingValues, NullValues, RowCount
from sluice.contract.quality import QualityRule
from sluice.contract.threshold import Threshold, Unit
from sluice.finding.model import Finding, Outcome, Segment
from sluice.profile.model import ALL, PeriodProfile, SliceKey

SEGMENTS_TOLD: Final = 50
"""One rule tells at most so many breached segments of a window; one finding more says how many were left out."""


REMEMBERED: Final = 28
"""A segment that has had no rows in so many periods before the window is forgotten."""

_BAD: Final = frozenset({Outcome.BREACHED, Outcome.FAILED})


def judge_counts(rule: QualityRule, view: View) -> tuple[Finding, ...]:
    """The measure of the window that ends with the period, each segment by itself where the rule asks for it."""
    gathered = gather(view, rule.window)
    if gathered.missing and (not gathered.parts or additive(rule.measure, rule.unit)):
        return (of_rule(rule, view, placed(skipped(gathered.note, expected(rule)), gathered)),)
    if not rule.segment_by:
        seen = judge_rows(rule, gathered.rows)
        return (of_rule(rule, view, placed(noted(seen, gathered.note), gathered)),)
    parted = _parted(rule, view, gathered)
    return tuple(of_rule(rule, view, placed(noted(seen, gathered.note), gathered)) for seen in parted)


def judge_rows(rule: QualityRule, rows: Rows) -> Seen:
    """One judgement. Of several fields the one farthest beyond the threshold is told."""
    answer = measure(rule.measure, rule.id, rule.unit, rows)
    if isinstance(answer, Unmeasured):
        return (failed if answer.ours else skipped)(answer.reason, expected(rule))
    if rule.threshold is None:
        return failed("the rule has no threshold", expected(rule))
    threshold = rule.threshold
    worst = max(answer, key=lambda each: beyond(threshold, each.value))
    holds = threshold.met_by(worst.value)
    others = [each.field for each in answer if each is not worst and not threshold.met_by(each.value)]
    return Seen(
        outcome=judged(holds=holds),
        expected=expected(rule),
        observed=worst.value,
        unit=unit_of(rule),
        n=worst.n,
        reason="; ".join(filter(None, (worst.field if len(answer) > 1 else "", _also(others)))),
        attributed="" if holds else _blamed(rule, rows),
    )


def expected(rule: QualityRule) -> str:
    """What the contract asks, in words: ``< 10 %``, ``between 600 and 1100 rows, both excluded``."""
    if rule.threshold is None:
        return ""
    bounds, comma, remark = str(rule.threshold).partition(",")
    unit = unit_of(rule)
    return f"{bounds} {'%' if unit == Unit.PERCENT else unit}".rstrip() + comma + remark


def unit_of(rule: QualityRule) -> str:
    """The unit of what is observed; that of the field has no name."""
    return "" if rule.unit is Unit.VALUE else rule.unit.value


def beyond(threshold: Threshold, value: float) -> tuple[bool, float]:
    """How far a number is from meeting a threshold: to sort by."""
    nearest = min(abs(value - bound) for bound in threshold.bounds)
    return (True, nearest) if not threshold.met_by(value) else (False, -nearest)


def _parted(rule: QualityRule, view: View, gathered: Gathered) -> list[Seen]:
    """The breached segments, worst first, and one that says how many hold."""
    asked = _asked(rule, view, gathered)
    found = {segment: judge_rows(rule, gathered.rows.within(SliceKey(segment=segment))) for segment in asked}
    if not found:
        return [skipped(f"no segments by {', '.join(rule.segment_by)}: no rows", expected(rule))]
    return summed_up(rule, found)


def summed_up(rule: QualityRule, found: dict[Segment, Seen]) -> list[Seen]:
    """One for each breached segment up to SEGMENTS_TOLD, and one for all that is left: held, skipped, cut off."""
    breached = [replace(seen, segment=at) for at, seen in found.items() if seen.outcome in _BAD]
    breached.sort(key=lambda seen: _distance(rule, seen), reverse=True)
    told = breached[:SEGMENTS_TOLD]
    held = {at: seen for at, seen in found.items() if seen.outcome is Outcome.HOLDS}
    unjudged = [seen for seen in found.values() if seen.outcome is Outcome.SKIPPED]
    left_out = len(breached) - len(told)
    if not held and not unjudged and not left_out:
        return told
    by = ", ".join(rule.segment_by)
    reasons = [f"{len(held)} of {len(found)} segments by {by} hold"]
    if unjudged:
        reasons.append(f"{len(unjudged)} not judged: {unjudged[0].reason}")
    if left_out:
        reasons.append(f"{left_out} more breached than are told")
    outcome = Outcome.BREACHED if left_out else Outcome.HOLDS if held else Outcome.SKIPPED
    rows = sum(seen.n or 0 for seen in held.values())
    told.append(Seen(outcome=outcome, expected=expected(rule), n=rows, reason="; ".join(reasons), holding=tuple(held)))
    return told


def _asked(rule: QualityRule, view: View, gathered: Gathered) -> tuple[Segment, ...]:
    """The segments of the window; to count rows also those of late: one that has vanished has none."""
    before: tuple[PeriodProfile, ...] = ()
    if isinstance(rule.measure, RowCount):
        before = earlier(view, view.grid.period_of(gathered.window.start), REMEMBERED)
    return segments((*before, *gathered.parts), rule.segment_by)


def _distance(rule: QualityRule, seen: Seen) -> float:
    """How far beyond its threshold; what failed or went from nothing to something comes first."""
    if rule.threshold is None or seen.observed is None:
        return inf
    return beyond(rule.threshold, seen.observed)[1]


def placed(seen: Seen, gathered: Gathered) -> Seen:
    """What was seen, of the gathered window."""
    return replace(seen, window=gathered.window)


def _also(fields: list[str]) -> str:
    return f"so are {', '.join(fields)}" if fields else ""


def _blamed(rule: QualityRule, rows: Rows) -> str:
    """Segments are not parted by producer: the whole of the rows says who."""
    if rows.key != ALL or not isinstance(rule.measure, NullValues | MissingValues | InvalidValues):
        return ""

    def bad(of: Rows) -> float:
        answer = measure(rule.measure, rule.id, Unit.ROWS, of)
        return 0 if isinstance(answer, Unmeasured) else sum(each.value for each in answer)

    return producer_behind(rows, bad)
