"""A notice from what became of a contract's incidents, for one audience: what is new first, bounded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final

import msgspec

from sluice.contract.model import Consumer, Contract
from sluice.finding.action import Action, Done
from sluice.finding.model import Evidence, Finding, Segment, Severity
from sluice.incident.affected import affected, touches
from sluice.incident.decide import ENDS, Step
from sluice.incident.key import Aspect
from sluice.incident.notice import Audience, Line, Notice, Recurrence
from sluice.incident.order import root_first
from sluice.incident.policy import Policy
from sluice.incident.repair import command
from sluice.incident.screen import one_line
from sluice.incident.told import State, Told

LINES_MAX: Final = 12
PERIODS_MAX: Final = 5
NAMES_MAX: Final = 10
_DONE: Final = (Done.HELD, Done.ROLLED_BACK, Done.CLOSED, Done.PROMOTED)
_GRAVE: Final = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One incident of the contract, and what happened to it now (NOTHING: it only still is)."""

    told: Told
    step: Step
    quiet: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All that a notice is made of: the contract's open incidents and those that ended now."""

    thread: str
    contract_id: str
    contract: Contract | None
    turns: tuple[Turn, ...]
    now: datetime
    policy: Policy
    actions: tuple[Action, ...] = ()
    budget: str = ""
    next_run_seconds: float = 3600
    lines_max: int = LINES_MAX


def for_owners(talk: Conversation) -> Notice | None:
    """What the owners are told; None where nothing happened."""
    return _notice(talk, talk.turns, Audience.OWNERS, "")


def for_consumers(talk: Conversation, consumers: Collection[Consumer]) -> Notice | None:
    """What consumers are told: the incidents that touch the fields that one of them uses, and nothing else."""
    turns = [turn for turn in talk.turns if turn.told.last and _concern(consumers, turn.told.last)]
    return _notice(talk, turns, Audience.CONSUMERS, ",".join(sorted(consumer.name for consumer in consumers)))


def for_those_told(talk: Conversation, audience: Audience) -> Notice | None:
    """What ended, for those who were told of it, and are told of nothing else any more."""
    ended = (turn if turn.step in ENDS else replace(turn, step=Step.NOTHING) for turn in talk.turns)
    return _notice(talk, tuple(ended), audience, "ended")


def as_it_stands(talk: Conversation) -> Notice | None:
    """All that is open, whether anything happened or not: for receivers that forget what is not told again."""
    standing = tuple(replace(turn, step=Step.REPEATED, quiet=True) for turn in talk.turns if turn.told.is_open)
    return _notice(talk, standing, Audience.OWNERS, "standing")


def segment_text(segment: Segment) -> str:
    """``carrier=UA, dest=null``, empty for everything."""
    return one_line(", ".join(f"{name}={'null' if value is None else value}" for name, value in segment))


def _concern(consumers: Collection[Consumer], last: Finding) -> bool:
    return any(touches(consumer, last.object, last.fields) for consumer in consumers)


def _notice(talk: Conversation, turns: Collection[Turn], audience: Audience, name: str) -> Notice | None:
    by_key = {turn.told.key: turn for turn in turns}
    happened = [turn for turn in turns if turn.step is not Step.NOTHING]
    if not happened:
        return None
    ordered = sorted((by_key[told.key] for told in root_first(turn.told for turn in turns)), key=partial(_news, talk))
    lines = tuple(_line(turn, talk, audience) for turn in ordered[: talk.lines_max])
    is_open = [turn for turn in turns if turn.told.is_open]
    contract = talk.contract
    return Notice(
        key=_key(talk.thread, audience, name, happened),
        thread=talk.thread,
        contract=one_line(talk.contract_id, 120),
        version=contract.version if contract else max(turn.told.last.version for turn in turns if turn.told.last),
        audience=audience,
        at=talk.now,
        headline=_headline(talk.contract_id, ordered, is_open),
        lines=lines,
        more=len(ordered) - len(lines),
        over=not is_open,
        quiet=all(turn.quiet for turn in happened),
        severity=_gravest(is_open or turns),
        acknowledged=bool(is_open) and all(turn.told.state is State.ACKNOWLEDGED for turn in is_open),
        owner=_owner(contract),
        runbook=one_line(contract.runbook) if contract else "",
        budget=talk.budget,
        done=_done(talk),
        affected=_names(name for line in lines for name in line.affected),
        next_run_seconds=talk.next_run_seconds,
    )


def _news(talk: Conversation, turn: Turn) -> int:
    """What is cut is what was told before: first what opened now, then what ended, what is told again, and the rest."""
    if turn.step is Step.OPENED or (turn.step is not Step.NOTHING and turn.told.opened_at == talk.now):
        return 0
    if turn.step is Step.NOTHING:
        return 4
    return 3 if turn.quiet else 2 if turn.told.is_open else 1


def _gravest(turns: Iterable[Turn]) -> Severity:
    return min((turn.told.last.severity for turn in turns if turn.told.last), key=_GRAVE.index, default=Severity.INFO)


def _key(thread: str, audience: Audience, name: str, happened: Iterable[Turn]) -> str:
    """The same for the same events, whenever and by whomever they are told."""
    events = sorted(
        (
            turn.told.key.digest,
            turn.step.value,
            turn.told.breaches,
            turn.told.last.window.end.isoformat() if turn.told.last else "",
            turn.told.last.revision if turn.told.last else 0,
            repr(turn.told.last.observed) if turn.told.last else "",
        )
        for turn in happened
    )
    return sha256(msgspec.json.encode((thread, audience.value, name, events))).hexdigest()


def _headline(contract: str, ordered: list[Turn], is_open: list[Turn]) -> str:
    root = next((turn for turn in ordered if turn.told.is_open), ordered[0]).told
    name = f"{root.key.object}.{root.key.check}" if root.key.object else root.key.check
    if not is_open:
        well = any(turn.step is Step.RESOLVED and not turn.told.ended_why for turn in ordered)
        end = "all is well again" if well else "nothing is open any more"
        return one_line(f"{contract}: {end} ({name}{_others(len(ordered) - 1)})", 200)
    held = sorted({period for turn in is_open for period in turn.told.held})
    doing = f", {_count(len(held), 'period')} held" if held else ""
    failing = " cannot be judged" if root.key.aspect is Aspect.FAILURE else " breached"
    segment = f" [{segment_text(root.key.segment)}]" if root.key.segment else ""
    return one_line(f"{contract}: {name}{segment}{failing}{doing}{_others(len(is_open) - 1)}", 200)


def _others(more: int) -> str:
    return f", and {more} more" if more else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _line(turn: Turn, talk: Conversation, audience: Audience) -> Line:
    told, last = turn.told, turn.told.last
    if last is None:
        raise ValueError("an incident that was never seen has nothing to tell")
    concerned = affected(talk.contract, last.object, last.fields) if talk.contract else ()
    return Line(
        id=told.key.id,
        digest=told.key.digest,
        step=turn.step,
        state=told.state,
        severity=last.severity,
        on_breach=last.on_breach,
        object=told.key.object,
        check=told.key.check,
        kind=last.kind,
        segment=segment_text(last.segment),
        description=last.description,
        expected=last.expected if told.key.aspect is Aspect.BREACH else "the check can be judged",
        observed=_observed(last),
        n=last.n,
        window_start=last.window.start,
        window_end=last.window.end,
        period=last.period,
        since=told.since,
        opened_at=told.opened_at,
        resolved_at=told.resolved_at,
        windows=told.breaches,
        recurrence=_recurrence(told, talk),
        periods=told.held[:PERIODS_MAX],
        periods_more=max(0, len(told.held) - PERIODS_MAX),
        attributed=last.attributed,
        reason=last.reason,
        acknowledged_by=one_line(told.acknowledged_by, 80),
        ended_why=one_line(told.ended_why),
        evidence=tuple(_evidence(one) for one in last.evidence),
        affected=_names(consumer.name for consumer in concerned),
        command=command(told) if told.is_open and audience is Audience.OWNERS else "",
    )


def _recurrence(told: Told, talk: Conversation) -> Recurrence:
    if told.flapping(talk.now, talk.policy.flaps, talk.policy.flap_span):
        return Recurrence.FLAPPING
    return Recurrence.REPEATED if told.breaches > 1 or len(told.openings) > 1 else Recurrence.FIRST


def _observed(finding: Finding) -> str:
    if finding.observed is None:
        return finding.reason or "nothing could be measured"
    return f"{finding.observed:.6g} {finding.unit}".strip()


def _evidence(evidence: Evidence) -> str:
    count = f" ({evidence.count} times)" if evidence.count else ""
    detail = f": {evidence.detail}" if evidence.detail else ""
    return one_line(f"{evidence.kind} {evidence.place}{count}{detail}")


def _owner(contract: Contract | None) -> str:
    if contract is None:
        return ""
    owners = [member.username for member in contract.members if member.role == "owner"]
    return one_line(contract.team or ", ".join(owners[:NAMES_MAX]), 120)


def _done(talk: Conversation) -> tuple[str, ...]:
    """``held 2013-02-08, 2013-02-09``: one sentence for each thing done, what needs somebody first."""
    mine = sorted((one for one in talk.actions if one.contract == talk.contract_id), key=lambda one: one.period)
    told = []
    for what in _DONE:
        periods = [one.period for one in mine if one.what is what]
        more = f" and {len(periods) - PERIODS_MAX} more" if len(periods) > PERIODS_MAX else ""
        if periods:
            told.append(one_line(f"{what.value} {', '.join(periods[:PERIODS_MAX])}{more}"))
    return tuple(told)


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(one_line(name, 80) for name in dict.fromkeys(names))[:NAMES_MAX]
