"""Judging: every rule and service level of an object, each by the one function that its kind has in a table."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from sluice.checks.change import judge_change
from sluice.checks.counts import judge_counts
from sluice.checks.drift import judge_drift
from sluice.checks.given import judge_elsewhere, judge_reconciliation, judge_referential, judge_sql
from sluice.checks.levels.table import is_of_published, is_standing, judge_level
from sluice.checks.told import levels_of
from sluice.checks.view import View
from sluice.checks.watch import judge_watch
from sluice.contract.measures import (
    ChangeRate,
    Drift,
    DuplicateValues,
    Elsewhere,
    InvalidValues,
    Mean,
    MissingValues,
    Monotonicity,
    NullValues,
    Reconciliation,
    Referential,
    RowCount,
    Sql,
    StandardDeviation,
)
from sluice.contract.model import ServiceLevel
from sluice.contract.quality import QualityRule, Watch
from sluice.finding.model import Finding

Check = Callable[[QualityRule, View], tuple[Finding, ...]]

CHECKS: Final[dict[type, Check]] = {
    RowCount: judge_counts,
    NullValues: judge_counts,
    MissingValues: judge_counts,
    InvalidValues: judge_counts,
    DuplicateValues: judge_counts,
    Mean: judge_counts,
    StandardDeviation: judge_counts,
    Monotonicity: judge_counts,
    ChangeRate: judge_change,
    Drift: judge_drift,
    Referential: judge_referential,
    Sql: judge_sql,
    Reconciliation: judge_reconciliation,
    Elsewhere: judge_elsewhere,
}

PARTED: Final = frozenset({judge_counts, judge_change})
"""The checks that judge each segment by itself."""


def judge(rule: QualityRule | ServiceLevel | Watch, view: View) -> tuple[Finding, ...]:
    """What a rule says of the view's period (a standing level: as of now): at least one finding, whatever comes."""
    if isinstance(rule, ServiceLevel):
        return (judge_level(rule, view),)
    if isinstance(rule, Watch):
        return judge_watch(rule, view)
    check = CHECKS[type(rule.measure)]
    found = check(rule, view)
    if rule.segment_by and check not in PARTED:
        told = f"judged over all rows: {rule.kind} is not parted by segment"
        return tuple(replace(each, reason="; ".join(filter(None, (each.reason, told)))) for each in found)
    return found


def judge_period(view: View) -> tuple[Finding, ...]:
    """Everything that is about the view's period; last what is about it as published, since the others may hold it."""
    rules = (*view.object.quality, *((view.object.watch,) if view.object.watch else ()))
    levels = tuple(level for level in levels_of(view) if not is_standing(level) and not is_of_published(level))
    found = tuple(finding for rule in (*rules, *levels) for finding in judge(rule, view))
    held = ", ".join(dict.fromkeys(finding.check for finding in found if finding.holds_period))
    return (*found, *judge_published(replace(view, withheld=f"held by {held}") if held else view))


def judge_published(view: View) -> tuple[Finding, ...]:
    """Only what is about the period as published: for one that was judged, and is published later or not at all."""
    return tuple(finding for level in levels_of(view) if is_of_published(level) for finding in judge(level, view))


def judge_standing(view: View) -> tuple[Finding, ...]:
    """Everything that is about now: judged once in a run, whichever period the view has."""
    return tuple(finding for level in levels_of(view) if is_standing(level) for finding in judge(level, view))


def judge_all(view: View) -> tuple[Finding, ...]:
    """Both: every rule and every service level, none left out."""
    return (*judge_period(view), *judge_standing(view))
