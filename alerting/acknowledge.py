"""Somebody has an incident: written down, and shown where it was told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alerting.record import Desk, Moment
from alerting.settings import Alerting
from alerting.store import incidents
from sluice.contract.model import Contract
from sluice.incident.batch import Run
from sluice.incident.compose import Turn
from sluice.incident.decide import Step
from sluice.incident.decide import acknowledge as taken
from sluice.incident.told import Told
from sluice.terminal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who takes which incidents: ids, or their beginnings."""

    ids: tuple[str, ...]
    by: str


def acknowledge(
    connection: Connection,
    asked: Asked,
    contracts: Mapping[str, Contract],
    alerting: Alerting,
    now: datetime,
) -> tuple[Told, ...]:
    """All of them or none; Fault for an id that is none, or not one, or over."""
    mine = {told.key: taken(told, asked.by, now) for told in (_one(connection, start) for start in asked.ids)}
    desk = Desk(connection=connection, contracts=contracts, alerting=alerting, moment=Moment(now=now, at=now))
    for told in mine.values():
        incidents.save(connection, told, now)
    for name in sorted({key.contract for key in mine}):
        known = incidents.load(connection, [name])
        turns = tuple(
            Turn(told=told, step=Step.ACKNOWLEDGED if told.key in mine else Step.NOTHING) for told in _open(known)
        )
        desk.tell(desk.conversation(name, turns, Run(findings=())))
    return tuple(mine.values())


def _open(known: Iterable[Told]) -> Iterable[Told]:
    return (told for told in known if told.is_open)


def _one(connection: Connection, start: str) -> Told:
    found = incidents.by_id(connection, start)
    if not found:
        raise Fault(f"there is no incident '{start}'; `sluice alerts list` shows those that are open")
    if len(found) > 1:
        raise Fault(f"'{start}' is the beginning of {len(found)} incidents; write more of it")
    if not found[0].is_open:
        raise Fault(f"{found[0].key.id} is over")
    return found[0]
