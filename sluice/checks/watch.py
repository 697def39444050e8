"""watch: every column against its own history, with one false-alarm rate for all that is looked at in a period."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from sluice.checks.gather import earlier, gather
from sluice.checks.signals import SIGNALS, Point, Signal, volume
from sluice.checks.statistics.family import alarms
from sluice.checks.statistics.history import unlikely
from sluice.checks.view import View
from sluice.contract.quality import Watch
from sluice.finding.model import Finding, Outcome, Segment, Severity
from sluice.profile.model import PeriodProfile

KIND: Final = "watch"
WATCHED: Final = "watched"
"""The segment of an alarm: its value is ``rows``, or a field and what of it. The summary is about all of them."""

TOLD: Final = 20
"""So many alarms of one period are told one by one; the summary counts the others, and is breached by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One number of the period and its history; ``name`` is ``rows``, or ``<field>.<signal>``."""

    name: str
    field: str
    unit: str
    now: Point
    history: tuple[Point, ...]

    @property
    def before(self) -> float:
        """The median of the history, as people read it."""
        return median(point.value for point in self.history)

    @property
    def matters(self) -> bool:
        """Whether the change is large enough to be told, were it sure."""
        return abs(self.now.value - self.before) >= self.now.least

    @property
    def segment(self) -> Segment:
        """What it is told as."""
        return ((WATCHED, self.name),)

    @property
    def unlikely(self) -> float:
        """How probable so large a change is without any cause."""
        return unlikely(self.now.scaled, [point.scaled for point in self.history], self.now.floor)


def judge_watch(watch: Watch, view: View) -> tuple[Finding, ...]:
    """One finding for each number that is out of its history, and one on all the others, which names those that hold.

    Nothing is judged by fewer than ``min_points`` earlier periods. Without any change at most the stated share of
    periods has an alarm: too small a change to matter never makes one, which only lowers it.
    """
    current = gather(view, "")
    if not current.parts:
        return (_summary(watch, view, Outcome.SKIPPED, current.note),)
    history = earlier(view, view.period, watch.lookback)
    trials = tuple(_trials(watch, current.parts[0], history))
    judged = tuple(trial for trial in trials if len(trial.history) >= max(watch.min_points, 2))
    if not judged:
        few = f"no baseline yet: {len(history)} of at least {watch.min_points} earlier periods"
        return (_summary(watch, view, Outcome.SKIPPED, few),)
    probable = [trial.unlikely for trial in judged]
    alarmed = alarms(probable, watch.false_alarm_rate)
    found = sorted(
        ((p, trial) for p, trial, alarm in zip(probable, judged, alarmed, strict=True) if alarm and trial.matters),
        key=lambda pair: (pair[0], pair[1].name),
    )
    told = tuple(_finding(watch, view, trial, p, len(judged)) for p, trial in found[:TOLD])
    out = {trial.name for _, trial in found}
    holding = tuple(trial.segment for trial in judged if trial.name not in out)
    left = len(found) - len(told)
    remarks = (
        f"{len(holding)} of {len(judged)} numbers are as in their history",
        f"{len(trials) - len(judged)} without a baseline yet" if len(trials) > len(judged) else "",
        f"{left} more alarms than are told" if left else "",
    )
    summary = _summary(watch, view, Outcome.BREACHED if left else Outcome.HOLDS, "; ".join(filter(None, remarks)))
    return (*told, replace(summary, n=len(judged), holding=holding))


def _trials(watch: Watch, current: PeriodProfile, history: tuple[PeriodProfile, ...]) -> Iterator[Trial]:
    yield Trial(
        name="rows",
        field="",
        unit="rows",
        now=volume(current.total.rows),
        history=tuple(volume(profile.total.rows) for profile in history),
    )
    for field in watch.fields or tuple(current.total.columns):
        for signal in SIGNALS:
            now = _point(signal, field, current)
            if now is not None:
                points = (_point(signal, field, profile) for profile in history)
                yield Trial(
                    name=f"{field}.{signal.name}",
                    field=field,
                    unit=signal.unit,
                    now=now,
                    history=tuple(point for point in points if point is not None),
                )


def _point(signal: Signal, field: str, profile: PeriodProfile) -> Point | None:
    column = profile.total.columns.get(field)
    return None if column is None else signal.read(column)


def _finding(watch: Watch, view: View, trial: Trial, probable: float, family: int) -> Finding:
    percent = 100 * watch.false_alarm_rate
    return Finding(
        contract=view.contract.id,
        version=view.contract.version,
        object=view.object.name,
        check=KIND,
        kind=KIND,
        window=view.window,
        outcome=Outcome.BREACHED,
        expected=f"as before: {trial.before:.6g}",
        period=view.period.label,
        revision=view.revision,
        segment=trial.segment,
        severity=Severity.WARNING,
        on_breach=watch.on_breach,
        observed=trial.now.value,
        unit=trial.unit,
        n=len(trial.history),
        reason=(
            f"one of {family} numbers watched, which together raise a false alarm in {percent:g} % of periods;"
            f" by itself so far off its history in {max(probable, 1e-12):.1g} of cases"
        ),
        fields=(trial.field,) if trial.field else (),
        ready_at=view.ready_at,
    )


def _summary(watch: Watch, view: View, outcome: Outcome, reason: str) -> Finding:
    return Finding(
        contract=view.contract.id,
        version=view.contract.version,
        object=view.object.name,
        check=KIND,
        kind=KIND,
        window=view.window,
        outcome=outcome,
        expected=f"every number as in its history, one false alarm in {1 / watch.false_alarm_rate:g} periods at most",
        period=view.period.label,
        revision=view.revision,
        severity=Severity.WARNING,
        on_breach=watch.on_breach,
        reason=reason,
        fields=watch.fields,
        ready_at=view.ready_at,
    )
