"""What was told of each incident, the lives of incidents, and the contracts' threads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from alerting.store.tables import LIFE, RUN, THREAD, TOLD
from sluice.incident.told import Told

encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Told).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRow:
    """One opening of one incident, as it was measured: in the time of the runs, ``written_at`` by the clock."""

    contract: str
    ready_at: datetime | None
    opened_at: datetime
    written_at: datetime
    notified_at: datetime | None
    ended_at: datetime | None
    ended: str | None


def load(connection: Connection, contracts: Iterable[str] | None = None) -> tuple[Told, ...]:
    """All that is known of these contracts' incidents; None is every contract."""
    query = select(TOLD.c.body).order_by(TOLD.c.contract, TOLD.c.digest)
    if contracts is not None:
        query = query.where(TOLD.c.contract.in_(sorted(set(contracts))))
    return tuple(_decode(row.body) for row in connection.execute(query))


def contracts_open(connection: Connection) -> set[str]:
    """The contracts of which something is open."""
    return set(connection.execute(select(TOLD.c.contract).where(TOLD.c.is_open).distinct()).scalars())


def by_id(connection: Connection, start: str) -> tuple[Told, ...]:
    """The incidents whose id begins so."""
    if not start.isalnum():
        return ()
    found = connection.execute(select(TOLD.c.body).where(TOLD.c.digest.startswith(start)).limit(10))
    return tuple(_decode(row.body) for row in found)


def save(connection: Connection, told: Told, now: datetime) -> None:
    """Keep what is known now."""
    row = {
        "contract": told.key.contract,
        "is_open": told.is_open,
        "body": encode(told).decode(),
        "updated_at": now,
    }
    if connection.execute(update(TOLD).where(TOLD.c.digest == told.key.digest).values(row)).rowcount == 0:
        connection.execute(insert(TOLD).values(digest=told.key.digest, **row))


def begin_life(connection: Connection, told: Told, thread: str, at: datetime) -> None:
    """An incident has opened; ``at`` is when that was written down, by the clock."""
    connection.execute(
        insert(LIFE).values(
            digest=told.key.digest,
            contract=told.key.contract,
            thread=thread,
            ready_at=told.ready_at,
            opened_at=told.opened_at,
            written_at=at,
        )
    )


def end_life(connection: Connection, told: Told, how: str, at: datetime | None) -> None:
    """The incident's open life has ended then."""
    mine = (LIFE.c.digest == told.key.digest) & LIFE.c.ended_at.is_(None)
    connection.execute(update(LIFE).where(mine).values(ended_at=at, ended=how))


def notified(
    connection: Connection, thread: str, openings: Iterable[tuple[str, datetime | None]], now: datetime
) -> None:
    """A channel has taken a notice that tells of these: digests, and when each had opened. The first receipt counts.

    It is kept in the run's time, as far after the opening as the clock went from its being written down.
    """
    for digest, opened_at in openings:
        mine = (LIFE.c.thread == thread, LIFE.c.digest == digest, LIFE.c.opened_at == opened_at)
        untold = select(LIFE.c.id, LIFE.c.opened_at, LIFE.c.written_at).where(*mine, LIFE.c.notified_at.is_(None))
        for row in tuple(connection.execute(untold)):
            at = row.opened_at + max(now - row.written_at, timedelta(0))
            connection.execute(update(LIFE).where(LIFE.c.id == row.id).values(notified_at=at))


def lives(connection: Connection, since: datetime) -> Iterator[LifeRow]:
    """The lives that began since then and those that go on, the oldest first."""
    query = (
        select(LIFE)
        .where(or_(LIFE.c.opened_at >= since, LIFE.c.ended_at.is_(None)))
        .order_by(LIFE.c.opened_at, LIFE.c.id)
    )
    for row in connection.execute(query):
        yield LifeRow(
            contract=row.contract,
            ready_at=row.ready_at,
            opened_at=row.opened_at,
            written_at=row.written_at,
            notified_at=row.notified_at,
            ended_at=row.ended_at,
            ended=row.ended,
        )


def thread_of(connection: Connection, contract: str) -> str | None:
    """The contract's open thread."""
    mine = (THREAD.c.contract == contract) & THREAD.c.closed_at.is_(None)
    found: str | None = connection.execute(select(THREAD.c.id).where(mine)).scalar()
    return found


def open_thread(connection: Connection, contract: str, now: datetime) -> str:
    """The contract's open thread, a new one where there is none; its id is a hash of the contract and its number."""
    thread = thread_of(connection, contract)
    if thread is not None:
        return thread
    number = connection.execute(select(func.count()).where(THREAD.c.contract == contract)).scalar()
    thread = sha256(f"{contract}\n{number}\n{now.isoformat()}".encode()).hexdigest()[:32]
    connection.execute(insert(THREAD).values(id=thread, contract=contract, opened_at=now))
    return thread


def close_thread(connection: Connection, thread: str, now: datetime) -> None:
    """Nothing of the contract is open any more: what comes next starts a conversation of its own."""
    connection.execute(update(THREAD).where(THREAD.c.id == thread).values(closed_at=now))


def ran(connection: Connection, name: str, now: datetime) -> None:
    """The scheduled job of that name has handed over."""
    if connection.execute(update(RUN).where(RUN.c.name == name).values(at=now)).rowcount == 0:
        connection.execute(insert(RUN).values(name=name, at=now))


def last_run(connection: Connection, name: str) -> datetime | None:
    """When it handed over last."""
    at: datetime | None = connection.execute(select(RUN.c.at).where(RUN.c.name == name)).scalar()
    return at


def forget(connection: Connection, before: datetime) -> None:
    """Drop what has ended before then."""
    connection.execute(delete(LIFE).where(LIFE.c.ended_at < before))
    connection.execute(delete(TOLD).where(~TOLD.c.is_open, TOLD.c.updated_at < before))
    connection.execute(delete(THREAD).where(THREAD.c.closed_at < before))
