"""What is due to go, as a value: periods wholly past the contract's retention, and what dead writers left behind."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from connections.storage import Entry, Leftover, Storage
from sla.erased import Gone
from sla.estate import Subject
from sla.paths import bronze, landed
from sla.publishing.tables import Snapshot
from sla.publishing.warehouse import Published
from sla.retention.level import kept_for
from sla.retention.stock import Stock

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """``now`` is the clock, ``as_of`` the instant that retention counts from."""

    now: datetime
    as_of: datetime
    orphans_after: timedelta
    snapshots_kept: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A period that goes, with all that is kept of it: typed files with their profiles, and what the job remembers."""

    label: str
    gone: Gone
    published: bool
    files: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that is to go of one object. ``kept`` is None where the contract promises no retention: then no period goes.

    ``strays`` are staged files of runs that died and that no batch names, ``superseded`` what the job remembers that a
    newer file stands for, ``unread`` labels that the contract's
    landing period does not have: they are left alone, and told.
    """

    subject: Subject
    kept: timedelta | None
    periods: tuple[Leaving, ...] = ()
    bronze: tuple[Entry, ...] = ()
    strays: tuple[Entry, ...] = ()
    superseded: tuple[Entry, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[Entry, ...]:
        """Every object that would be deleted, in the order in which it is."""
        return (*self.bronze, *(entry for each in self.periods for entry in each.files), *self.strays, *self.superseded)

    @property
    def empty(self) -> bool:
        """Whether nothing is due."""
        return not (self.periods or self.files or self.leftovers or self.snapshots)


def plan(subject: Subject, storage: Storage, table: Published, upkeep: Upkeep) -> Plan:
    """Look at everything, and change nothing. Fault where the contract's retention is no length of time."""
    kept = kept_for(subject)
    stock = Stock.of(subject, storage, table)
    horizon = upkeep.as_of - kept if kept else None
    due = frozenset(
        label
        for label, end in stock.ends.items()
        if label in stock.staging.erased or (horizon is not None and end <= horizon)
    )
    old = upkeep.now - upkeep.orphans_after
    return Plan(
        subject=subject,
        kept=kept,
        periods=tuple(_leaving(stock, label, upkeep.now) for label in sorted(due)),
        bronze=_bronze(stock, due, horizon - subject.grid.length) if horizon else (),
        strays=tuple(each for each in stock.strays(old) if stock.label(each) not in due),
        superseded=tuple(stock.superseded(old, but=due)),
        leftovers=_leftovers(subject, storage, old),
        snapshots=table.snapshots(upkeep.now - upkeep.snapshots_kept),
        unread=stock.unread,
    )


def _leaving(stock: Stock, label: str, now: datetime) -> Leaving:
    return Leaving(
        label=label,
        gone=Gone(
            at=now,
            rows=sum(each.rows for each in stock.staging.of(label)),
            standing=stock.periods.get(label).standing,
        ),
        published=label in stock.published,
        files=stock.of_period(label),
    )


def _bronze(stock: Stock, due: frozenset[str], horizon: datetime) -> tuple[Entry, ...]:
    """Files that were staged, and landed before the horizon or have rows of no other period than those that go."""
    wholly = stock.landed_wholly_of(due)
    return tuple(
        each
        for each in stock.bronze()
        if each.path in stock.staging.files and (each.path in wholly or _landed_by(each.path, horizon))
    )


def _landed_by(path: str, horizon: datetime) -> bool:
    place = landed(path)
    return place is not None and datetime.strptime(place.hour, "%Y-%m-%dT%H").replace(tzinfo=UTC) + HOUR <= horizon


def _leftovers(subject: Subject, storage: Storage, old: datetime) -> tuple[Leftover, ...]:
    topics = (bronze(subject.stream.validated), bronze(subject.stream.dead_letter))
    prefixes = (*topics, subject.folders.staged, subject.folders.state)
    return tuple(each for prefix in prefixes for each in storage.leftovers(prefix, old))
