"""watch: every column against its own history, with one false-alarm rate for all that is looked at in a period."""

from calendar import day_name
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from sluice.checks.gather import earlier, gather
from sluice.checks.periods import DAY, Grid
from sluice.checks.signals import SIGNALS, Point, Signal, volume
from sluice.checks.statistics.family import alarms
from sluice.checks.statistics.history import unlikely
from sluice.checks.statistics.season import UNSURE, seasonless
from sluice.checks.view import View
from sluice.contract.quality import Watch
from sluice.finding.model import Finding, Outcome, Segment, Severity
from sluice.profile.model import Period, PeriodProfile

KIND: Final = "watch"
WATCHED: Final = "watched"
"""The segment of an alarm: its value is ``rows``, or a field and what of it. The summary is about all of them."""

TOLD: Final = 20
"""So many alarms of one period are told one by one; the summary counts the others, and is breached by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One number of the period and its history; ``name`` is ``rows``, or ``<field>.<signal>``.

    Each point of the history comes with its season, and ``season`` is that of the period. Where it has come often
    enough, the number is compared with its like.
    """

    name: str
    field: str
    unit: str
    now: Point
    season: str
    history: tuple[tuple[str, Point], ...]

    @property
    def before(self) -> float:
        """The median of the history, or of what is alike in it, as people read it."""
        values = [(season, point.value) for season, point in self.history]
        found = seasonless(self.now.value, self.season, values)
        return found.usual if found else median(value for _, value in values)

    @property
    def when(self) -> str:
        """Of which season the history is that it is compared with; "" is all of it."""
        known = seasonless(0, self.season, [(season, 0) for season, _ in self.history])
        return f" {self.season}" if known else ""

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
        scaled = [(season, point.scaled) for season, point in self.history]
        found = seasonless(self.now.scaled, self.season, scaled)
        if found is None:
            return unlikely(self.now.scaled, [value for _, value in scaled], self.now.floor)
        return unlikely(found.now, found.before, self.now.floor * UNSURE, found.spent)


def judge_watch(watch: Watch, view: View) -> tuple[Finding, ...]:
    """One finding for each number that is out of its history, and one on all the others, which names those that hold.

    Nothing is judged by fewer than ``min_points`` earlier periods. Without any change at most the stated share of
    periods has an alarm: too small a change to matter never makes one, which only lowers it.
    """
    current = gather(view, "")
    if not current.parts:
        return (_summary(watch, view, Outcome.SKIPPED, current.note),)
    history = earlier(view, view.period, watch.lookback)
    trials = tuple(_trials(watch, view.grid, current.parts[0], history))
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


def _trials(watch: Watch, grid: Grid, current: PeriodProfile, history: tuple[PeriodProfile, ...]) -> Iterator[Trial]:
    season = season_of(grid, current.period)
    before = [(season_of(grid, profile.period), profile) for profile in history]
    yield Trial(
        name="rows",
        field="",
        unit="rows",
        now=volume(current.total.rows),
        season=season,
        history=tuple((each, volume(profile.total.rows)) for each, profile in before),
    )
    for field in watch.fields or tuple(current.total.columns):
        for signal in SIGNALS:
            now = _point(signal, field, current)
            if now is not None:
                points = ((each, _point(signal, field, profile)) for each, profile in before)
                yield Trial(
                    name=f"{field}.{signal.name}",
                    field=field,
                    unit=signal.unit,
                    now=now,
                    season=season,
                    history=tuple((each, point) for each, point in points if point is not None),
                )


def season_of(grid: Grid, period: Period) -> str:
    """What of a period returns: of a day its weekday, of a shorter one its time of day, both by the local clock."""
    start = period.start.astimezone(grid.zone)
    if grid.length > DAY:
        return ""
    return f"on {day_name[start.weekday()]}s" if grid.length == DAY else f"at {start:%H:%M}"


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
        expected=f"as before{trial.when}: {trial.before:.6g}",
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
