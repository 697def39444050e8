"""One run's findings settled against what was told, and the notices put into the outbox: all of it, or nothing."""

from collections.abc import Collection, Iterator, Mapping
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
from sluice.incident.compose import Conversation, Turn, as_it_stands, for_consumers, for_owners, for_those_told
from sluice.incident.decide import ENDS, Step
from sluice.incident.mute import muted
from sluice.incident.notice import Audience, Notice
from sluice.incident.retire import Gone, nothing_gone
from sluice.incident.route import Destination, routes, unrouted
from sluice.incident.told import State, Told

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
            mine = self.unmuted(name, tuple(turn for turn in turns if turn.told.key.contract == name))
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

    def unmuted(self, name: str, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """With what opened while it was muted, and is open still, as news: nobody else would ever tell of it."""
        over = mutes.ended(self.connection, self.moment.at)
        thread = incidents.thread_of(self.connection, name)
        if thread is None:
            return turns
        return tuple(
            Turn(told=replace(turn.told, told_at=self.moment.now), step=Step.REPEATED, quiet=False)
            if turn.quiet
            and turn.told.state is State.OPEN
            and any(mute.is_about(turn.told.key) for mute in over)
            and not outbox.told_of(self.connection, thread, turn.told.key.digest)
            else turn
            for turn in turns
        )

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
        concerned = routes(talk.contract, self.alerting.directory)
        for place, end in self.ended(heard, {route.destination for route in concerned}):
            enqueued += outbox.enqueue(self.connection, end, place, self.moment.at)
        for route in concerned:
            grave = self.grave(heard, route.destination)
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

    def ended(self, talk: Conversation, concerned: Collection[Destination]) -> Iterator[tuple[Destination, Notice]]:
        """What ended, for whoever was told of it, and nothing here names any more: an alert must not stay for good."""
        if not any(turn.step in ENDS for turn in talk.turns):
            return
        for place, audience in outbox.audiences(self.connection, talk.thread).items():
            if place in concerned or place.channel not in self.alerting.channels:
                continue
            grave = self.grave(talk, place)
            if audience is Audience.CONSUMERS:  # they know of what touched their fields then, and of nothing else
                known = (turn for turn in grave.turns if self.told_of(turn, talk, place))
                grave = replace(grave, turns=tuple(known))
            notice = for_those_told(grave, audience)
            if notice is not None:
                yield place, notice

    def standing(self, channel: str) -> Iterator[Notice]:
        """What is open now and goes to that channel, one notice a contract: nothing is written."""
        open_now = [told for told in incidents.load(self.connection) if told.is_open]
        for name in sorted({told.key.contract for told in open_now}):
            turns = tuple(Turn(told=told, step=Step.NOTHING) for told in open_now if told.key.contract == name)
            talk = self.heard(self.conversation(name, turns, Run(findings=())))
            for route in routes(talk.contract, self.alerting.directory):
                if route.destination.channel == channel and route.audience is Audience.OWNERS:
                    notice = as_it_stands(self.grave(talk, route.destination))
                    if notice is not None:
                        yield notice

    def heard(self, talk: Conversation) -> Conversation:
        """Without what is muted; an end is told where the beginning was, so not that of what came and went muted."""
        silenced, at = mutes.current(self.connection, self.moment.at), self.moment.at
        heard = (
            turn
            for turn in talk.turns
            if muted(turn.told.key, silenced, at) is None or (turn.step in ENDS and self.told_of(turn, talk))
        )
        return replace(talk, turns=tuple(heard))

    def grave(self, talk: Conversation, place: Destination) -> Conversation:
        """With what is grave enough for the channel, what was when it was told, and with as many lines as it takes."""
        channel = self.alerting.channels[place.channel]
        least = _GRAVE.index(channel.severity_min)
        kept = (
            turn
            for turn in talk.turns
            if turn.told.last
            and (
                _GRAVE.index(turn.told.last.severity) <= least
                or (turn.step in ENDS and self.told_of(turn, talk, place))
            )
        )
        return replace(talk, turns=tuple(kept), lines_max=channel.lines_max)

    def told_of(self, turn: Turn, talk: Conversation, there: Destination | None = None) -> bool:
        """Whether somebody there (without it, anywhere) was told of the incident."""
        return outbox.told_of(self.connection, talk.thread, turn.told.key.digest, there)


def _sum(one: Recorded, other: Recorded) -> Recorded:
    return Recorded(
        opened=one.opened + other.opened,
        repeated=one.repeated + other.repeated,
        resolved=one.resolved + other.resolved,
        muted=one.muted + other.muted,
        enqueued=one.enqueued + other.enqueued,
        unrouted=(*one.unrouted, *other.unrouted),
    )
