"""Mutes, kept with who made them and why."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from alerting.store.tables import MUTE
from sluice.incident.mute import Mute


def add(connection: Connection, mute: Mute, now: datetime) -> int:
    """Keep a mute; its number."""
    values = {
        "contract": mute.contract,
        "check_name": mute.check,
        "until": mute.until,
        "why": mute.why,
        "by": mute.by,
        "made_at": now,
    }
    made = connection.execute(insert(MUTE).values(values)).inserted_primary_key
    if made is None:
        raise ValueError("the database gave the mute no number")
    return int(made[0])


def current(connection: Connection, now: datetime) -> tuple[Mute, ...]:
    """The mutes that have not ended, the first to end first."""
    return _read(connection, MUTE.c.until > now)


def ended(connection: Connection, now: datetime) -> tuple[Mute, ...]:
    """Those that have, as far as they are remembered."""
    return _read(connection, MUTE.c.until <= now)


def _read(connection: Connection, which: ColumnElement[bool]) -> tuple[Mute, ...]:
    rows = connection.execute(select(MUTE).where(which).order_by(MUTE.c.until, MUTE.c.id))
    return tuple(
        Mute(id=row.id, contract=row.contract, check=row.check_name, until=row.until, why=row.why, by=row.by)
        for row in rows
    )


def lift(connection: Connection, number: int, now: datetime) -> bool:
    """End a mute now; False where there is none of that number."""
    mine = (MUTE.c.id == number) & (MUTE.c.until > now)
    return connection.execute(MUTE.update().where(mine).values(until=now)).rowcount == 1


def forget(connection: Connection, before: datetime) -> None:
    """Drop the mutes that ended before then."""
    connection.execute(delete(MUTE).where(MUTE.c.until < before))
