"""One run's findings settled against what was told, and the notices put into the outbox: all of it, or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.settings import Alerting
from alerting.store import incidents, mutes, outbox
from alerting.store.mark_key import mark_key
from sluice.contract.model import Contract
from sluice.finding.model import Severity
from sluice.finding.run import Reach, Run
from sluice.incident.batch import Around, settle
from sluice.incident.budget import budget_left
from sluice.incident.compose import Conversation, Turn, as_it_stands, for_consumers, for_owners
from sluice.incident.decide import ENDS, Step
from sluice.incident.mute import muted
from sluice.incident.notice import Audience, Notice
from sluice.incident.retire import Gone, nothing_gone
from sluice.incident.route import Route, routes, unrouted
from sluice.incident.told import Told

_GRAVE: Final = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a run came to: incidents by what happened to them, letters put in, and what nobody here can reach."""

    opened: int = 0
    repeated: int = 0
    resolved: int = 0
    muted: int = 0
    enqueued: int = 0
    unrouted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """``now`` is the run's own time (its as-of), ``at`` the clock's: letters are due by the clock."""

    now: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where incidents are written down: within one transaction that is ``alone``."""

    connection: Connection
    contracts: Mapping[str, Contract]
    alerting: Alerting
    moment: Moment

    def record(self, run: Run, gone: Gone = nothing_gone) -> Recorded:
        """Settle a run; a second call with the same run changes nothing and tells nothing.

        ``gone`` is asked of what is open in its contracts, and in all others too where it is of the whole estate.
        """
        names = {one.contract for one in run.findings} | {one.contract for one in run.actions}
        if run.reach is Reach.ESTATE:
            names |= incidents.contracts_open(self.connection)
        known = {told.key: told for told in incidents.load(self.connection, names)}
        turns = settle(run, known, replace(self.around, gone=gone))
        total = Recorded()
        for name in sorted(names):
            mine = tuple(turn for turn in turns if turn.told.key.contract == name)
            for turn in mine:
                if known.get(turn.told.key) != turn.told:
                    incidents.save(self.connection, turn.told, self.moment.at)
            happened = [turn for turn in mine if turn.step is not Step.NOTHING]
            if happened:
                talk = self.conversation(name, mine, run)
                for turn in happened:
                    self.live(turn, known.get(turn.told.key), talk.thread)
                total = _sum(total, self.tell(talk))
        return total

    @property
    def around(self) -> Around:
        """What settling rests on here."""
        given = self.alerting.mark_key
        return Around(
            contracts=self.contracts,
            now=self.moment.now,
            policies=self.alerting.policy,
            mark_key=given.get_secret_value().encode() if given else mark_key(self.connection),
        )

    def live(self, turn: Turn, before: Told | None, thread: str) -> None:
        """Begin and end lives as the incident went; what came and went within one run lived too."""
        told = turn.told
        went_on = before is not None and before.is_open and before.opened_at == told.opened_at
        if before is not None and before.is_open and not went_on:  # it ended and opened again within this run
            incidents.end_life(self.connection, before, Step.RESOLVED.value, told.opened_at)
        if not went_on:
            incidents.begin_life(self.connection, told, thread, self.moment.at)
        if turn.step in ENDS:
            incidents.end_life(self.connection, told, turn.step.value, told.resolved_at)

    def conversation(self, name: str, turns: tuple[Turn, ...], run: Run) -> Conversation:
        """The contract's thread as it is now, closed where nothing is open any more."""
        thread = incidents.open_thread(self.connection, name, self.moment.now)
        if not any(turn.told.is_open for turn in turns):
            incidents.close_thread(self.connection, thread, self.moment.now)
        contract = self.contracts.get(name)
        seen = next(turn.told.last for turn in turns if turn.told.last is not None)
        return Conversation(
            thread=thread,
            contract_id=name,
            contract=contract,
            turns=tuple(turn for turn in turns if turn.told.is_open or turn.step is not Step.NOTHING),
            now=self.moment.now,
            policy=self.alerting.policy(seen),
            actions=run.actions,
            budget=budget_left(contract, run.findings) if contract else "",
            next_run_seconds=self.alerting.run_every.total_seconds(),
        )

    def tell(self, talk: Conversation) -> Recorded:
        """Put a conversation's notices into the outbox, one for each destination that is concerned."""
        heard = self.heard(talk)
        enqueued = 0
        for route in self.routes(talk):
            grave = self.grave(heard, route)
            told = route.audience is Audience.OWNERS
            notice = for_owners(grave) if told else for_consumers(grave, route.consumers)
            if notice is not None:
                enqueued += outbox.enqueue(self.connection, notice, route.destination, self.moment.at)
        steps = [turn.step for turn in talk.turns]
        contract = talk.contract
        return Recorded(
            opened=steps.count(Step.OPENED),
            repeated=steps.count(Step.REPEATED),
            resolved=sum(step in ENDS for step in steps),
            muted=len(talk.turns) - len(heard.turns),
            enqueued=enqueued,
            unrouted=unrouted(contract, self.alerting.directory) if contract and contract.production_use else (),
        )

    def routes(self, talk: Conversation) -> tuple[Route, ...]:
        """Who is concerned; the end of a contract that nobody knows any more is told wherever it was told of."""
        found = routes(talk.contract, self.alerting.directory)
        if talk.contract is not None or any(turn.told.is_open for turn in talk.turns):
            return found
        known = {route.destination for route in found}
        heard = outbox.destinations(self.connection, talk.thread)
        more = (place for place in heard if place not in known and place.channel in self.alerting.channels)
        return (*found, *(Route(destination=place, audience=Audience.OWNERS) for place in more))

    def standing(self, channel: str) -> Iterator[Notice]:
        """What is open now and goes to that channel, one notice a contract: nothing is written."""
        open_now = [told for told in incidents.load(self.connection) if told.is_open]
        for name in sorted({told.key.contract for told in open_now}):
            turns = tuple(Turn(told=told, step=Step.NOTHING) for told in open_now if told.key.contract == name)
            talk = self.heard(self.conversation(name, turns, Run(findings=())))
            for route in routes(talk.contract, self.alerting.directory):
                if route.destination.channel == channel and route.audience is Audience.OWNERS:
                    notice = as_it_stands(self.grave(talk, route))
                    if notice is not None:
                        yield notice

    def heard(self, talk: Conversation) -> Conversation:
        """Without what is muted; an end is always told, where the beginning was."""
        silenced, at = mutes.current(self.connection, self.moment.at), self.moment.at
        heard = (turn for turn in talk.turns if turn.step in ENDS or muted(turn.told.key, silenced, at) is None)
        return replace(talk, turns=tuple(heard))

    def grave(self, talk: Conversation, route: Route) -> Conversation:
        """With what is grave enough for the route's channel, and with as many lines as it takes."""
        channel = self.alerting.channels[route.destination.channel]
        least = _GRAVE.index(channel.severity_min)
        kept = (turn for turn in talk.turns if turn.told.last and _GRAVE.index(turn.told.last.severity) <= least)
        return replace(talk, turns=tuple(kept), lines_max=channel.lines_max)


def _sum(one: Recorded, other: Recorded) -> Recorded:
    return Recorded(
        opened=one.opened + other.opened,
        repeated=one.repeated + other.repeated,
        resolved=one.resolved + other.resolved,
        muted=one.muted + other.muted,
        enqueued=one.enqueued + other.enqueued,
        unrouted=(*one.unrouted, *other.unrouted),
    )
