"""What people do to incidents: somebody has it, or says that it is over; written down, and shown where it was told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.record import Desk, Moment
from alerting.settings import Alerting
from alerting.store import incidents
from sluice.contract.model import Contract
from sluice.finding.run import Run
from sluice.incident import decide
from sluice.incident.compose import Turn
from sluice.incident.decide import Step
from sluice.incident.told import Told
from sluice.terminal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who does it to which incidents, by ids or their beginnings; ``why`` is asked for where something ends."""

    ids: tuple[str, ...]
    by: str
    why: str = ""


def acknowledge(
    connection: Connection, asked: Asked, contracts: Mapping[str, Contract], alerting: Alerting, now: datetime
) -> tuple[Told, ...]:
    """All of them or none; Fault for an id that is none, or not one, or over."""
    desk = Desk(connection=connection, contracts=contracts, alerting=alerting, moment=Moment(now=now, at=now))
    return _do(desk, asked, lambda told: decide.acknowledge(told, asked.by, now), Step.ACKNOWLEDGED)


def resolve(
    connection: Connection, asked: Asked, contracts: Mapping[str, Contract], alerting: Alerting, now: datetime
) -> tuple[Told, ...]:
    """The same, and they are over; Fault also where nobody says why."""
    if not asked.why.strip():
        raise Fault("--why is empty: whoever looks at this incident next wants to know")
    desk = Desk(connection=connection, contracts=contracts, alerting=alerting, moment=Moment(now=now, at=now))
    return _do(desk, asked, lambda told: decide.resolve(told, asked.by, asked.why.strip(), now), Step.RESOLVED)


def _do(desk: Desk, asked: Asked, act: Callable[[Told], Told], step: Step) -> tuple[Told, ...]:
    before = {told.key: told for told in (_one(desk.connection, start) for start in asked.ids)}
    after = {key: act(told) for key, told in before.items()}
    for told in after.values():
        incidents.save(desk.connection, told, desk.moment.at)
    for name in sorted({key.contract for key in after}):
        turns = tuple(
            Turn(told=told, step=step, quiet=told.is_open) if told.key in after else Turn(told=told, step=Step.NOTHING)
            for told in incidents.load(desk.connection, [name])
            if told.is_open or told.key in after
        )
        talk = desk.conversation(name, turns, Run())
        for turn in turns:
            if turn.told.key in after:
                desk.live(turn, before[turn.told.key], talk.thread)
        desk.tell(talk)
    return tuple(after.values())


def _one(connection: Connection, start: str) -> Told:
    found = incidents.by_id(connection, start)
    if not found:
        raise Fault(f"there is no incident '{start}'; `sluice alerts list` shows those that are open")
    if len(found) > 1:
        raise Fault(f"'{start}' is the beginning of {len(found)} incidents; write more of it")
    if not found[0].is_open:
        raise Fault(f"{found[0].key.id} is over")
    return found[0]
