"""One run's findings and actions against all that was told before: what happened to each incident."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sluice.contract.model import Contract
from sluice.finding.action import Action
from sluice.finding.model import Finding, OnBreach, Outcome
from sluice.finding.run import Run
from sluice.incident.compose import Turn
from sluice.incident.decide import Decision, Step, decide, release, supersede
from sluice.incident.key import Aspect, Key, aspects_of, key_of
from sluice.incident.policy import Policy
from sluice.incident.retire import Gone, nothing_gone, retire
from sluice.incident.screen import holding, placed, screened
from sluice.incident.told import Told

Policies = Callable[[Finding], Policy]
Judged = tuple[str, int, str, str, datetime, datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What settling rests on beside the run: the contracts by id, and the key of this installation for marks.

    ``gone`` says of an incident why what it is about is there no more.
    """

    contracts: Mapping[str, Contract]
    now: datetime
    policies: Policies
    mark_key: bytes
    gone: Gone = nothing_gone


def settle(run: Run, known: Mapping[Key, Told], around: Around) -> tuple[Turn, ...]:
    """Decide on everything, the oldest window first; one turn for each incident of which anything is known now.

    What opens and resolves within one run is told once, as resolved.
    """
    turns = {key: Turn(told=told, step=Step.NOTHING) for key, told in known.items()}
    for finding in _majors_last(run.findings):
        for old, decision in _superseded(turns, finding, around.now):
            turns[old] = _after(turns[old], decision)
    ordered = sorted(run.findings, key=_moment)
    for _, together in groupby(ordered, key=_moment):
        _settle_moment(tuple(together), turns, around)
    for key, turn in turns.items():
        turns[key] = _retired(_released(turn, run.actions, around), around)
    return tuple(turns.values())


def _settle_moment(findings: tuple[Finding, ...], turns: dict[Key, Turn], around: Around) -> None:
    """The windows that end together: first what is told of each segment by itself, then what is told of the rest."""
    judged: dict[Judged, set[Key]] = {}
    for finding in findings:
        contract = around.contracts.get(finding.contract)
        shown, (_, mark) = screened(finding, contract), placed(finding, contract, around.mark_key)
        for aspect in aspects_of(finding):
            key = key_of(shown, aspect, mark)
            if key not in turns and _is_no_news(finding, aspect):
                continue
            before = turns.get(key, Turn(told=Told(key=key), step=Step.NOTHING))
            turns[key] = _after(before, decide(shown, before.told, around.now, around.policies(finding)))
            judged.setdefault(_window(finding), set()).add(key)
    for finding in findings:
        for key in _held_up(finding, turns, around):
            if key not in judged[_window(finding)]:
                good = replace(finding, segment=key.segment, outcome=Outcome.HOLDS, observed=None, holding=())
                turns[key] = _after(turns[key], decide(good, turns[key].told, around.now, around.policies(finding)))


def _is_no_news(finding: Finding, aspect: Aspect) -> bool:
    """That a check could be judged, or is only observed, is nothing to remember where nobody was told otherwise."""
    could_be_judged = aspect is Aspect.FAILURE and finding.outcome is not Outcome.FAILED
    return could_be_judged or finding.on_breach is OnBreach.NONE


def _moment(finding: Finding) -> tuple[datetime, int]:
    return finding.window.end, finding.revision


def _after(turn: Turn, decision: Decision) -> Turn:
    """The turn after one more decision: what was decided before stays said unless something more is."""
    if decision.step is Step.NOTHING:
        return replace(turn, told=decision.told)
    opened = turn.step is Step.OPENED and decision.step is Step.REPEATED
    quiet = decision.quiet and (turn.quiet or turn.step is Step.NOTHING)
    return Turn(told=decision.told, step=Step.OPENED if opened else decision.step, quiet=quiet)


def _released(turn: Turn, actions: Iterable[Action], around: Around) -> Turn:
    if turn.told.held and turn.told.last is not None:
        policy = around.policies(turn.told.last)
        for action in actions:
            turn = _after(turn, release(action, turn.told, around.now, policy))
    return turn


def _retired(turn: Turn, around: Around) -> Turn:
    why = around.gone(turn.told) if turn.told.is_open else ""
    return _after(turn, retire(turn.told, why, around.now)) if why else turn


def _window(finding: Finding) -> Judged:
    """What one check told of one window together."""
    return (
        finding.contract,
        finding.major,
        finding.object,
        finding.check,
        finding.window.start,
        finding.window.end,
        finding.revision,
    )


def _held_up(finding: Finding, turns: Iterable[Key], around: Around) -> list[Key]:
    """The incidents that are known of the segments which a finding says hold: of any other it says nothing."""
    if not finding.holding:
        return []
    mine = (finding.contract, finding.major, finding.object, finding.check)
    known = [key for key in turns if key.segment and (key.contract, key.major, key.object, key.check) == mine]
    if not known:
        return []
    held = holding(finding, around.contracts.get(finding.contract), around.mark_key)
    return [key for key in known if (key.segment, key.mark) in held]


def _majors_last(findings: Iterable[Finding]) -> Iterable[Finding]:
    newest: dict[str, Finding] = {}
    for finding in findings:
        if finding.contract not in newest or finding.major > newest[finding.contract].major:
            newest[finding.contract] = finding
    return newest.values()


def _superseded(turns: Mapping[Key, Turn], finding: Finding, now: datetime) -> list[tuple[Key, Decision]]:
    mine = ((key, turn) for key, turn in turns.items() if key.contract == finding.contract)
    decided = ((key, supersede(turn.told, finding.major, now)) for key, turn in mine)
    return [(key, decision) for key, decision in decided if decision.step is not Step.NOTHING]
