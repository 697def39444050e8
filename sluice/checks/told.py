"""Findings from what a check saw: the rule says how much it matters, the view where and when."""

from dataclasses import dataclass, replace

from sluice.checks.levels.named import check_id, levels_about
from sluice.checks.view import View
from sluice.contract.model import ServiceLevel
from sluice.contract.quality import QualityRule
from sluice.finding.model import Evidence, Finding, OnBreach, Outcome, Segment, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one check saw of one window and segment; what the rule says is added by ``of_rule`` and ``of_level``."""

    outcome: Outcome
    expected: str = ""
    observed: float | None = None
    unit: str = ""
    n: int | None = None
    reason: str = ""
    segment: Segment = ()
    holding: tuple[Segment, ...] = ()
    window: Window | None = None
    attributed: str = ""
    evidence: tuple[Evidence, ...] = ()


def skipped(reason: str, expected: str = "") -> Seen:
    """Nothing could be judged, and that is nobody's fault."""
    return Seen(outcome=Outcome.SKIPPED, expected=expected, reason=reason)


def failed(reason: str, expected: str = "") -> Seen:
    """The check should have run and could not."""
    return Seen(outcome=Outcome.FAILED, expected=expected, reason=reason)


def judged(*, holds: bool) -> Outcome:
    """HOLDS or BREACHED."""
    return Outcome.HOLDS if holds else Outcome.BREACHED


def noted(seen: Seen, note: str) -> Seen:
    """The same with a remark more."""
    return replace(seen, reason="; ".join(filter(None, (seen.reason, note))))


def of_rule(rule: QualityRule, view: View, seen: Seen) -> Finding:
    """The finding of a quality rule. A rule that is only observed holds nothing and tells nobody."""
    return Finding(
        contract=view.contract.id,
        version=view.contract.version,
        object=view.object.name,
        check=rule.id,
        kind=rule.kind,
        window=seen.window or view.window,
        outcome=seen.outcome,
        expected=seen.expected,
        period=view.period.label,
        revision=view.revision,
        segment=seen.segment,
        holding=seen.holding,
        severity=rule.severity,
        on_breach=rule.on_breach if rule.enforce else OnBreach.NONE,
        observed=seen.observed,
        unit=seen.unit,
        n=seen.n,
        reason=seen.reason if rule.enforce else "; ".join(filter(None, ("observed only", seen.reason))),
        description=rule.description,
        dimension=rule.dimension,
        fields=rule.fields,
        attributed=seen.attributed,
        ready_at=view.ready_at,
        evidence=seen.evidence,
    )


def of_level(level: ServiceLevel, view: View, seen: Seen, *, standing: bool = False) -> Finding:
    """The finding of a service level; one that is ``standing`` is judged as of now, and belongs to no period."""
    return Finding(
        contract=view.contract.id,
        version=view.contract.version,
        object=view.object.name,
        check=check_of(level, view),
        kind=level.property,
        window=seen.window or (Window(start=view.as_of, end=view.as_of) if standing else view.window),
        outcome=seen.outcome,
        expected=seen.expected,
        period=None if standing else view.period.label,
        revision=1 if standing else view.revision,
        severity=level.severity,
        on_breach=level.on_breach,
        observed=seen.observed,
        unit=seen.unit,
        n=seen.n,
        reason=seen.reason,
        description=level.description,
        dimension="timeliness" if level.property in _TIMELY else "",
        fields=fields_of(level, view),
        attributed=seen.attributed,
        ready_at=None if standing else view.ready_at,
        evidence=seen.evidence,
    )


_TIMELY = frozenset({"latency", "frequency", "freshness", "timeOfAvailability"})


def check_of(level: ServiceLevel, view: View) -> str:
    """The stable id of a service level of the view's object."""
    return check_id(level, view.contract, view.object.name)


def levels_of(view: View) -> tuple[ServiceLevel, ...]:
    """The service levels that are about the view's object."""
    return levels_about(view.contract, view.object.name)


def fields_of(level: ServiceLevel, view: View) -> tuple[str, ...]:
    """The fields that a level names, dotted below the object; () where it names the object or nothing."""
    if view.object.name in level.elements:
        return ()
    below = view.object.name + "."
    return tuple(element.removeprefix(below) for element in level.elements if element.startswith(below))
