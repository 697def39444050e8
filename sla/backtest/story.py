"""The whole of a backtest: every closed period of a span judged again by the rules of today, and counted by rule.

Everything is asked of a sandbox over the lake, so nothing is staged, kept or told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sla.backtest.fired import Fired, fired
from sla.backtest.lost import Lost, lost
from sla.backtest.past import Past
from sla.estate import Subject
from sluice.checks.judge import judge, judge_period
from sluice.checks.levels.table import is_standing
from sluice.checks.told import check_of, levels_of
from sluice.checks.view import View
from sluice.contract.measures import Reconciliation
from sluice.finding.model import Finding
from sluice.profile.model import Period

BACKWARD: Final = frozenset({"errorRate"})
"""Levels of now that history can answer: arrivals are kept by hour."""

NOW_ALONE: Final = "judged as of now; what had landed by a moment of the past is not kept"
LEDGERS: Final = "rests on the ledger, which is made up when a period is judged"
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Periods that begin within [start, end).

    ``end`` None is that of the newest closed period; a length of time as ``start`` counts back from the end.
    """

    start: datetime | timedelta
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """All rules over all periods. ``untested`` are rules that history cannot answer, with why.

    ``kept`` is the history that there is, from the first start to the last end; None where nothing was ever closed.
    """

    subject: Subject
    kept: tuple[datetime, datetime] | None
    periods: tuple[str, ...]
    rules: tuple[Fired, ...]
    untested: Mapping[str, str]
    lost: Lost


def backtest(past: Past, span: Span, tell: Tell) -> Backtest:
    """Judge and count. ``tell`` hears how many periods of how many are done."""
    chosen = _chosen(past, span)
    found: dict[str, list[tuple[str, tuple[Finding, ...]]]] = {}
    untested: dict[str, str] = {}
    for number, period in enumerate(chosen, start=1):
        view = past.view(period)
        untested = _untested(view)
        for check, findings in _by_check(view, untested):
            found.setdefault(check, []).append((period.label, findings))
        tell(number, len(chosen))
    labels = tuple(each.label for each in chosen)
    closed = past.close.closed
    return Backtest(
        subject=past.subject,
        kept=(closed[0].start, closed[-1].end) if closed else None,
        periods=labels,
        rules=tuple(fired(check, judged, past.memories) for check, judged in found.items()),
        untested=untested,
        lost=lost(past.subject, past.storage, past.staging, labels),
    )


def _chosen(past: Past, span: Span) -> tuple[Period, ...]:
    closed = past.close.closed
    if not closed:
        return ()
    end = span.end or closed[-1].end
    start = span.start if isinstance(span.start, datetime) else past.subject.grid.shifted(end, -span.start)
    return tuple(each for each in closed if start <= each.start < end)


def _by_check(view: View, untested: Mapping[str, str]) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """The findings of one period by check, without those of rules that history cannot answer."""
    backward = (level for level in levels_of(view) if level.property in BACKWARD)
    by_check: dict[str, list[Finding]] = {}
    for each in (*judge_period(view), *(finding for level in backward for finding in judge(level, view))):
        if each.check not in untested:
            by_check.setdefault(each.check, []).append(each)
    return ((check, tuple(found)) for check, found in by_check.items())


def _untested(view: View) -> dict[str, str]:
    levels = (each for each in levels_of(view) if is_standing(each) and each.property not in BACKWARD)
    ledgers = (each.id for each in view.object.quality if isinstance(each.measure, Reconciliation))
    return {**{check_of(each, view): NOW_ALONE for each in levels}, **dict.fromkeys(ledgers, LEDGERS)}
