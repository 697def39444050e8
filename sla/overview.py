"""Where one object stands: the one value that the status table and the gauges show."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from connections.storage import Storage
from sla.estate import Subject
from sla.ran import Ran, last
from sla.staging.staged import Staging, recall
from sla.verdicts import Period, Periods, Revision, Standing
from sluice.checks.levels.amount import percentage
from sluice.checks.levels.budget import error_budget
from sluice.checks.told import check_of, levels_of
from sluice.checks.view import View
from sluice.contract.model import ServiceLevel
from sluice.finding.model import Finding, Outcome

HUNDRED: Final = 100
BREACHED: Final = frozenset({Outcome.BREACHED, Outcome.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLeft:
    """What is left of an error budget: 1 all of it, 0 nothing, negative overspent; None where nothing was counted."""

    check: str
    left: float | None
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpublished:
    """A period that readers do not see, or see in an older state, and why."""

    period: str
    standing: Standing
    since: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A check that failed on a period (None: as of the last run), in how many segments, the worst of them shown."""

    check: str
    period: str | None
    outcome: Outcome
    segments: int
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All of it, as of the last run. ``newest`` is the newest period that was judged, ``periods`` are those with rows.

    ``checks`` counts the findings of the newest period and of the last run by check and outcome.
    """

    subject: Subject
    ran: Ran | None
    newest: Period | None
    periods: tuple[str, ...]
    standings: Mapping[Standing, int]
    budgets: tuple[BudgetLeft, ...]
    breaches: tuple[Breach, ...]
    unpublished: tuple[Unpublished, ...]
    checks: Mapping[str, Mapping[Outcome, int]]
    troubles: int
    rows: int
    staged_bytes: int
    landed_bytes: int
    cpu_seconds: float

    @property
    def revision(self) -> Revision | None:
        """The last judging of the newest period."""
        return self.newest.newest if self.newest else None

    @property
    def landed(self) -> bool:
        """Whether anything was ever staged or judged."""
        return bool(self.periods or self.newest or self.landed_bytes)

    @property
    def calm(self) -> bool:
        """Whether nothing asks for a person: no period is held or stale, and nothing new is breached."""
        found = any(counts[outcome] for counts in self.checks.values() for outcome in BREACHED)
        return not found and not (self.standings[Standing.HELD] or self.standings[Standing.STALE])


def overview(subject: Subject, storage: Storage, now: datetime) -> Overview:
    """Read the state of an object; nothing is staged or judged for it."""
    staging = recall(storage, subject.folders)
    ran = last(storage, subject.folders)
    remembered = Periods(storage, subject.folders).all()
    in_order = [remembered[each.label] for each in subject.grid.in_order(remembered)]
    memories = {each.label: each for each in in_order if each.newest}
    newest = next(reversed(memories.values()), None)
    recent = (*(newest.newest.findings if newest and newest.newest else ()), *(ran.standing if ran else ()))
    return Overview(
        subject=subject,
        ran=ran,
        newest=newest,
        periods=staging.periods,
        standings=_standings(memories, staging),
        budgets=tuple(_budgets(subject, staging, recent, ran.as_of if ran else now)),
        breaches=_breaches(memories, ran),
        unpublished=tuple(_unpublished(memories.values())),
        checks=_by_outcome(recent),
        troubles=len(staging.troubles),
        rows=sum(each.rows for each in staging.staged),
        staged_bytes=sum(each.bytes for each in staging.staged),
        landed_bytes=staging.bytes,
        cpu_seconds=staging.cpu_seconds,
    )


def _standings(memories: Mapping[str, Period], staging: Staging) -> Mapping[Standing, int]:
    """Every standing, with how many periods have it; what has rows and was not judged is open."""
    found = Counter(each.standing for each in memories.values())
    found[Standing.OPEN] += len(set(staging.periods) - set(memories))
    return {standing: found[standing] for standing in Standing}


def _unpublished(memories: Iterable[Period]) -> Iterator[Unpublished]:
    for each in memories:
        deed = each.deeds[-1] if each.deeds else None
        if each.standing in {Standing.HELD, Standing.STALE, Standing.ROLLED_BACK} and each.newest is not None:
            yield Unpublished(
                period=each.label,
                standing=each.standing,
                since=deed.at if deed else each.newest.at,
                why=deed.why if deed else "judged, and the act that follows is still to come",
            )


def _budgets(subject: Subject, staging: Staging, recent: tuple[Finding, ...], as_of: datetime) -> Iterator[BudgetLeft]:
    view = View(
        contract=subject.contract,
        object=subject.described,
        grid=subject.grid,
        period=subject.grid.period_of(as_of),
        as_of=as_of,
        profiles={},
        arrivals=staging.arrivals,
    )
    for level in levels_of(view):
        check = check_of(level, view)
        if level.property == "errorRate":
            budget = error_budget(level, view)
            if isinstance(budget, str):
                yield BudgetLeft(check=check, left=None, told=budget)
            else:
                known = bool(budget.total)
                yield BudgetLeft(
                    check=check, left=budget.left if known else None, told=str(budget) if known else "no records yet"
                )
        elif level.property == "availability":
            yield _left_of(check, level, next((each for each in recent if each.check == check), None))


def _left_of(check: str, level: ServiceLevel, found: Finding | None) -> BudgetLeft:
    """Availability rests on profiles: what the last judging saw of it."""
    asked = percentage(level)
    if found is None or found.observed is None or isinstance(asked, str) or asked >= HUNDRED:
        return BudgetLeft(check=check, left=None, told=found.reason if found else "not judged yet")
    return BudgetLeft(check=check, left=1 - (HUNDRED - found.observed) / (HUNDRED - asked), told=found.reason)


def _breaches(memories: dict[str, Period], ran: Ran | None) -> tuple[Breach, ...]:
    """Those of now first, then by period, the newest first."""
    periods = [each.newest.findings for each in reversed(memories.values()) if each.newest]
    return tuple(breach for findings in (ran.standing if ran else (), *periods) for breach in _of_one_judging(findings))


def _of_one_judging(findings: Iterable[Finding]) -> Iterator[Breach]:
    by_check: dict[str, list[Finding]] = {}
    for each in findings:
        if each.outcome in BREACHED:
            by_check.setdefault(each.check, []).append(each)
    for check, found in by_check.items():
        worst = max(found, key=lambda each: (each.holds_period, not each.segment, each.n or 0))
        yield Breach(check=check, period=worst.period, outcome=worst.outcome, segments=len(found), finding=worst)


def _by_outcome(findings: Iterable[Finding]) -> Mapping[str, Mapping[Outcome, int]]:
    counted = Counter((each.check, each.outcome) for each in findings)
    checks = dict.fromkeys(check for check, _ in counted)
    return {check: {outcome: counted[check, outcome] for outcome in Outcome} for check in checks}
