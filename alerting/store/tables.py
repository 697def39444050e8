"""The tables, for SQLite and Postgres alike. Migrations are written by hand; a test holds them against this."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Boolean, Column, DateTime, Dialect, Index, Integer, MetaData, String, Table, Text, TypeDecorator
from sqlalchemy import UniqueConstraint as Unique


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a moment without a zone is a defect of the caller."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With its zone."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

TOLD: Final = Table(
    "alert_told",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("contract", String(255), nullable=False, index=True),
    Column("is_open", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

LIFE: Final = Table(
    "alert_life",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, index=True),
    Column("contract", String(255), nullable=False, index=True),
    Column("thread", String(64), nullable=False),
    Column("ready_at", Instant),
    Column("opened_at", Instant, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("notified_at", Instant),
    Column("ended_at", Instant),
    Column("ended", String(20)),
)

THREAD: Final = Table(
    "alert_thread",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("contract", String(255), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
)

CONVERSATION: Final = Table(
    "alert_conversation",
    METADATA,
    Column("thread", String(64), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("target", String(255), primary_key=True),
    Column("reference", Text, nullable=False),
    Column("told_at", Instant, nullable=False),
)

OUTBOX: Final = Table(
    "alert_outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("target", String(255), nullable=False),
    Column("notice", Text, nullable=False),
    Column("enqueued_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_by", String(64)),
    Column("leased_until", Instant),
    Column("done_at", Instant),
    Column("outcome", String(20)),
    Column("why", String(300)),
    Unique("key", "channel", "target"),
    Index("ix_alert_outbox_lane", "channel", "target", "thread"),
    Index("ix_alert_outbox_due", "done_at", "due_at"),
)

MUTE: Final = Table(
    "alert_mute",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("contract", String(255), nullable=False),
    Column("check_name", String(255)),
    Column("until", Instant, nullable=False),
    Column("why", String(500), nullable=False),
    Column("by", String(255), nullable=False),
    Column("made_at", Instant, nullable=False),
)

MARK_KEY: Final = Table(
    "alert_mark_key",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", String(64), nullable=False),
)

RUN: Final = Table(
    "alert_run",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
)
