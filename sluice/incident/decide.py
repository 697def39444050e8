"""What becomes of one finding: an incident opens, goes on, resolves, or nothing happens, and why."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sluice.finding.action import Action, Done
from sluice.finding.model import Finding, OnBreach, Outcome
from sluice.incident.key import Aspect
from sluice.incident.policy import Policy
from sluice.incident.told import OPENINGS_MAX, PERIODS_MAX, Sighting, State, Told


class Step(StrEnum):
    """What happens to an incident."""

    OPENED = "opened"
    REPEATED = "repeated"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    SUPERSEDED = "superseded"  # a new major version: its baselines and incidents start anew
    RETIRED = "retired"  # nobody asks for it any more
    NOTHING = "nothing"


ENDS: Final = frozenset({Step.RESOLVED, Step.SUPERSEDED, Step.RETIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What happens, why, and what is known from now on; a quiet one interrupts nobody."""

    step: Step
    reason: str
    told: Told
    quiet: bool = False


def decide(finding: Finding, told: Told, now: datetime, policy: Policy) -> Decision:
    """Decide on a finding about ``told.key``. A window that is judged again replaces what was seen of it.

    An incident opens when ``policy.opens`` of the newest windows are bad, at once where the breach holds a period; it
    resolves when ``policy.closes`` of the newest are good and it holds no period any more. The same window with the
    same result is nothing new, so a run may be handed over twice.
    """
    if finding.on_breach is OnBreach.NONE:
        return _observed(finding, told, now)
    bad = _bad(finding, told.key.aspect)
    if bad is None:
        return _nothing(told, f"{finding.outcome.value}: it says nothing about this")
    before, sighting = told.sighting(finding), _sighting(finding, bad=bad)
    if before == sighting:
        return _nothing(told, "this window is known as it is")
    if before is not None and before.revision > finding.revision:
        return _nothing(told, f"revision {before.revision} of this window is known already")
    about_held = finding.period in told.held or (bad and finding.holds_period)
    if before is None and told.forgot(finding.window.end) and not about_held:
        return _nothing(told, "the window is older than what is remembered")
    seen = _with_window(told.seen(sighting), finding, bad=bad)
    if not bad:
        return _good(seen, now, policy)
    if not seen.is_open:
        return _bad_and_closed(finding, seen, now, policy)
    fresh = before is None or not before.bad
    again = replace(seen, last=_newest(told.last, finding), breaches=told.breaches + fresh)
    return _repeated(again, told, now, policy)


def release(action: Action, told: Told, now: datetime, policy: Policy) -> Decision:
    """Decide on what was done with a period: one that is published is held no longer, whoever let it."""
    concerns = (told.key.contract, told.key.object) == (action.contract, action.object)
    if action.what is not Done.PROMOTED or not concerns or action.period not in told.held:
        return _nothing(told, "it holds no such period")
    freed = replace(told, held=tuple(period for period in told.held if period != action.period))
    return _good(freed, now, policy)


def acknowledge(told: Told, by: str, now: datetime) -> Told:
    """Somebody has it: it stays open, and what is repeated interrupts nobody."""
    if told.state is not State.OPEN:
        return told
    return replace(told, state=State.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)


def resolve(told: Told, by: str, why: str, now: datetime) -> Told:
    """Somebody says that it is over; it opens again with the next breach. What it holds is held all the same."""
    return replace(_resolved(told, now), ended_why=f"resolved by {by}: {why}") if told.is_open else told


def supersede(told: Told, major: int, now: datetime) -> Decision:
    """A newer major version ends the incidents of the older ones."""
    if told.key.major >= major or not told.is_open:
        return _nothing(told, "it is of this major version, or over")
    return Decision(
        step=Step.SUPERSEDED, reason=f"version {major} starts anew", told=replace(_resolved(told, now), held=())
    )


def _observed(finding: Finding, told: Told, now: datetime) -> Decision:
    """A rule that is only observed tells nobody; what it told before ends once nothing is held by it."""
    newest = told.last is None or told.last.window.end <= finding.window.end
    if not told.is_open or told.held or not newest:
        return _nothing(told, "it is only observed")
    why = "the contract only observes it now"
    return Decision(step=Step.RETIRED, reason=why, told=replace(_resolved(told, now), ended_why=why))


def _bad(finding: Finding, aspect: Aspect) -> bool | None:
    if aspect is Aspect.FAILURE:
        return finding.outcome is Outcome.FAILED
    return {Outcome.BREACHED: True, Outcome.HOLDS: False}.get(finding.outcome)


def _sighting(finding: Finding, *, bad: bool) -> Sighting:
    return Sighting(
        start=finding.window.start,
        end=finding.window.end,
        bad=bad,
        revision=finding.revision,
        period=finding.period,
        observed=finding.observed,
    )


def _with_window(told: Told, finding: Finding, *, bad: bool) -> Told:
    """With the periods that it holds now: a revision that is good, or can be judged, lets its period go."""
    if finding.period is None:
        return told
    others = [period for period in told.held if period != finding.period]
    held = [*others, finding.period] if bad and finding.holds_period else others
    return replace(told, held=tuple(sorted(held)[-PERIODS_MAX:]))


def _repeated(seen: Told, told: Told, now: datetime, policy: Policy) -> Decision:
    if _worth_a_word(seen, told, now, policy):
        shown = replace(seen, told_at=now, shown_at=now)
        return Decision(step=Step.REPEATED, reason="it is still so, and somebody should know", told=shown)
    if told.shown_at is not None and now - told.shown_at < policy.refreshes:
        return _nothing(seen, "it is still so, and was told a moment ago")
    return Decision(step=Step.REPEATED, reason="it is still so", told=replace(seen, shown_at=now), quiet=True)


def _worth_a_word(seen: Told, told: Told, now: datetime, policy: Policy) -> bool:
    """Another period held, or a reminder is due; nothing of that once somebody has it."""
    if seen.state is State.ACKNOWLEDGED:
        return False
    due = told.told_at is None or now - told.told_at >= policy.reminds
    return due or bool(set(seen.held) - set(told.held))


def _bad_and_closed(finding: Finding, seen: Told, now: datetime, policy: Policy) -> Decision:
    counted = seen.recent[-policy.opens.of :]
    bad = sum(1 for sighting in counted if sighting.bad)
    holds = finding.holds_period
    if not holds and bad < policy.opens.many:
        return _nothing(seen, f"{bad} of the last {len(counted)} windows bad, opens on {policy.opens}")
    first = min((one.start for one in counted if one.bad), default=finding.window.start)
    return Decision(
        step=Step.OPENED,
        reason="it holds a period" if holds else f"{bad} of the last {len(counted)} windows bad",
        told=replace(
            seen,
            state=State.OPEN,
            since=min(first, finding.window.start),
            ready_at=finding.ready_at or finding.window.end,
            opened_at=now,
            told_at=now,
            shown_at=now,
            openings=(*seen.openings, now)[-OPENINGS_MAX:],
            breaches=max(bad, 1),
            acknowledged_at=None,
            acknowledged_by="",
            resolved_at=None,
            ended_why="",
            last=finding,
        ),
    )


def _good(told: Told, now: datetime, policy: Policy) -> Decision:
    if not told.is_open:
        return _nothing(told, "it holds, and nobody was told otherwise")
    if told.held:
        return _nothing(told, f"{len(told.held)} periods are still held")
    counted = told.recent[-policy.closes.of :]
    good = sum(1 for sighting in counted if not sighting.bad)
    if good < policy.closes.many:
        return _nothing(told, f"{good} of the last {len(counted)} windows good, resolves on {policy.closes}")
    return Decision(
        step=Step.RESOLVED, reason=f"{good} of the last {len(counted)} windows good", told=_resolved(told, now)
    )


def _resolved(told: Told, now: datetime) -> Told:
    return replace(told, state=State.RESOLVED, resolved_at=now, ended_why="")


def _newest(last: Finding | None, finding: Finding) -> Finding:
    return last if last is not None and last.window.end > finding.window.end else finding


def _nothing(told: Told, reason: str) -> Decision:
    return Decision(step=Step.NOTHING, reason=reason, told=told)
