"""The outbox: what is still to be told, in order within a conversation, leased by one deliverer at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from alerting.store.tables import CONVERSATION, OUTBOX
from sluice.incident.notice import Audience, Notice
from sluice.incident.route import Destination

WHY_MAX: Final = 300
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Notice).decode
_decode_reference: Final = msgspec.json.Decoder(dict[str, str]).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One notice for one destination; ``attempts`` counts those that were begun, this one included.

    ``notice`` is None where another version of Sluice wrote it in a form that this one cannot read.
    """

    id: int
    notice: Notice | None
    destination: Destination
    enqueued_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a letter ended: sent, nothing (there was nobody to tell), refused, or given up after too many tries."""

    outcome: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """One channel's letters: ``waiting`` with the oldest's moment, and those that ended, by outcome.

    ``last`` is the outcome of the letter that ended last.
    """

    waiting: int
    oldest: datetime | None
    ended: Mapping[str, int]
    last: str | None = None


def enqueue(connection: Connection, notice: Notice, destination: Destination, now: datetime) -> bool:
    """Put a notice in, once: False where the same was put in before, sent or not."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    added = connection.execute(
        dialect.insert(OUTBOX)
        .values(
            key=notice.key,
            thread=notice.thread,
            channel=destination.channel,
            target=destination.target,
            notice=_encode(notice).decode(),
            enqueued_at=now,
            due_at=now,
            attempts=0,
        )
        .on_conflict_do_nothing()
        .returning(OUTBOX.c.id)
    )
    return added.first() is not None


def lease(connection: Connection, who: str, now: datetime, seconds: float) -> Letter | None:
    """The next letter that is due, for ``who`` alone until the lease ends.

    Letters of one conversation and destination leave in order: a later one waits until the earlier has ended.
    """
    free = (
        OUTBOX.c.done_at.is_(None),
        OUTBOX.c.due_at <= now,
        or_(OUTBOX.c.leased_until.is_(None), OUTBOX.c.leased_until <= now),
        _is_first(),
    )
    for found in tuple(connection.execute(select(OUTBOX.c.id).where(*free).order_by(OUTBOX.c.id).limit(10))):
        claim = update(OUTBOX).where(OUTBOX.c.id == found.id, *free)
        until = now + timedelta(seconds=seconds)
        values = {"leased_by": who, "leased_until": until, "attempts": OUTBOX.c.attempts + 1}
        if connection.execute(claim.values(values)).rowcount == 1:
            return _letter(connection, found.id)
    return None


def end(connection: Connection, letter: Letter, who: str, ended: Ended, now: datetime) -> bool:
    """Record how it ended; False where the lease had passed to somebody else, who will record it."""
    values = {"done_at": now, "outcome": ended.outcome, "why": ended.why[:WHY_MAX], "leased_until": None}
    return _update(connection, letter, who, values)


def put_back(connection: Connection, letter: Letter, who: str, due_at: datetime, why: str) -> bool:
    """Try again from then on."""
    return _update(connection, letter, who, {"due_at": due_at, "why": why[:WHY_MAX], "leased_until": None})


def next_due(connection: Connection) -> datetime | None:
    """When the first of the letters is due that wait for no other one; None where none waits."""
    found: datetime | None = connection.execute(
        select(func.min(OUTBOX.c.due_at)).where(OUTBOX.c.done_at.is_(None), _is_first())
    ).scalar()
    return found


def stock(connection: Connection) -> dict[str, Stock]:
    """The letters by channel."""
    counted: dict[str, dict[str | None, int]] = {}
    oldest: dict[str, datetime] = {}
    query = select(
        OUTBOX.c.channel, OUTBOX.c.outcome, func.count().label("n"), func.min(OUTBOX.c.enqueued_at).label("oldest")
    )
    for row in connection.execute(query.group_by(OUTBOX.c.channel, OUTBOX.c.outcome)):
        counted.setdefault(row.channel, {})[row.outcome] = row.n
        if row.outcome is None:
            oldest[row.channel] = row.oldest
    newest = select(OUTBOX.c.channel, OUTBOX.c.outcome, func.max(OUTBOX.c.done_at).label("at"))
    ended = connection.execute(newest.where(OUTBOX.c.done_at.is_not(None)).group_by(OUTBOX.c.channel, OUTBOX.c.outcome))
    last = {row.channel: row.outcome for row in sorted(ended, key=lambda row: row.at)}
    return {
        name: Stock(
            waiting=counts.get(None, 0),
            oldest=oldest.get(name),
            ended={outcome: n for outcome, n in counts.items() if outcome is not None},
            last=last.get(name),
        )
        for name, counts in counted.items()
    }


def conversation(connection: Connection, thread: str, destination: Destination) -> dict[str, str] | None:
    """What the channel needs to go on with this conversation; None where nobody was told of it there."""
    where = (
        CONVERSATION.c.thread == thread,
        CONVERSATION.c.channel == destination.channel,
        CONVERSATION.c.target == destination.target,
    )
    found = connection.execute(select(CONVERSATION.c.reference).where(*where)).scalar()
    return None if found is None else _decode_reference(found)


def converse(
    connection: Connection, thread: str, destination: Destination, reference: Mapping[str, str], now: datetime
) -> None:
    """Keep where a conversation is; one that was begun anew has another address."""
    where = {"thread": thread, "channel": destination.channel, "target": destination.target}
    kept = {"reference": _encode(dict(reference)).decode()}
    before = conversation(connection, thread, destination)
    if before is None:
        connection.execute(insert(CONVERSATION).values(**where, **kept, told_at=now))
    elif before != reference:
        mine = (CONVERSATION.c[name] == value for name, value in where.items())
        connection.execute(update(CONVERSATION).where(*mine).values(kept))


def audiences(connection: Connection, thread: str) -> dict[Destination, Audience]:
    """Where somebody was told of this conversation, or will be, and as whom."""
    as_owner = case((OUTBOX.c.notice.contains('"audience":"owners"'), 1), else_=0)
    query = select(OUTBOX.c.channel, OUTBOX.c.target, func.max(as_owner).label("owners"))
    found = connection.execute(query.where(*_told(thread)).group_by(OUTBOX.c.channel, OUTBOX.c.target))
    return {
        Destination(channel=row.channel, target=row.target): Audience.OWNERS if row.owners else Audience.CONSUMERS
        for row in found
    }


def told_of(connection: Connection, thread: str, digest: str, there: Destination | None = None) -> bool:
    """Whether somebody (there; without it, anywhere) was told of this incident, or will be."""
    shown = [*_told(thread), OUTBOX.c.notice.contains(f'"digest":"{digest}"')]
    if there is not None:
        shown += [OUTBOX.c.channel == there.channel, OUTBOX.c.target == there.target]
    return connection.execute(select(OUTBOX.c.id).where(*shown).limit(1)).first() is not None


def forget(connection: Connection, before: datetime) -> None:
    """Drop the letters that have ended before then, and conversations that began before then."""
    connection.execute(delete(OUTBOX).where(OUTBOX.c.done_at < before))
    connection.execute(delete(CONVERSATION).where(CONVERSATION.c.told_at < before))


def _is_first() -> ColumnElement[bool]:
    """That no earlier letter of its conversation and destination is still to leave."""
    earlier = OUTBOX.alias()
    ahead = select(earlier.c.id).where(
        earlier.c.channel == OUTBOX.c.channel,
        earlier.c.target == OUTBOX.c.target,
        earlier.c.thread == OUTBOX.c.thread,
        earlier.c.id < OUTBOX.c.id,
        earlier.c.done_at.is_(None),
    )
    return ~ahead.exists()


def _told(thread: str) -> tuple[ColumnElement[bool], ...]:
    return OUTBOX.c.thread == thread, or_(OUTBOX.c.done_at.is_(None), OUTBOX.c.outcome == "sent")


def _letter(connection: Connection, letter_id: int) -> Letter:
    row = connection.execute(select(OUTBOX).where(OUTBOX.c.id == letter_id)).one()
    try:
        notice = _decode(row.notice)
    except msgspec.DecodeError:
        notice = None
    return Letter(
        id=row.id,
        notice=notice,
        destination=Destination(channel=row.channel, target=row.target),
        enqueued_at=row.enqueued_at,
        attempts=row.attempts,
    )


def _update(connection: Connection, letter: Letter, who: str, values: Mapping[str, object]) -> bool:
    mine = (OUTBOX.c.id == letter.id, OUTBOX.c.leased_by == who, OUTBOX.c.done_at.is_(None))
    return connection.execute(update(OUTBOX).where(*mine).values(dict(values))).rowcount == 1
