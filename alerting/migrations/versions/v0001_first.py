"""The first tables: what was told, lives, threads, conversations, outbox, mutes, runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "alert_told",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("contract", sa.String(255), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_alert_told"),
    )
    op.create_index("ix_alert_told_contract", "alert_told", ["contract"])
    op.create_table(
        "alert_life",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("contract", sa.String(255), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("ready_at", _INSTANT),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("notified_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ended", sa.String(20)),
        sa.PrimaryKeyConstraint("id", name="pk_alert_life"),
    )
    op.create_index("ix_alert_life_digest", "alert_life", ["digest"])
    op.create_index("ix_alert_life_contract", "alert_life", ["contract"])
    op.create_table(
        "alert_thread",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("contract", sa.String(255), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_alert_thread"),
    )
    op.create_index("ix_alert_thread_contract", "alert_thread", ["contract"])
    _make_delivery()
    op.create_table(
        "alert_mute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract", sa.String(255), nullable=False),
        sa.Column("check_name", sa.String(255)),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_mute"),
    )
    op.create_table(
        "alert_run",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_alert_run"),
    )


def _make_delivery() -> None:
    op.create_table(
        "alert_conversation",
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("told_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("thread", "channel", "target", name="pk_alert_conversation"),
    )
    op.create_table(
        "alert_outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("enqueued_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(64)),
        sa.Column("leased_until", _INSTANT),
        sa.Column("done_at", _INSTANT),
        sa.Column("outcome", sa.String(20)),
        sa.Column("why", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name="pk_alert_outbox"),
        sa.UniqueConstraint("key", "channel", "target", name="uq_alert_outbox_key"),
    )
    op.create_index("ix_alert_outbox_lane", "alert_outbox", ["channel", "target", "thread"])
    op.create_index("ix_alert_outbox_due", "alert_outbox", ["done_at", "due_at"])


def downgrade() -> None:
    """Drop them: what was told is lost, and will be told again."""
    for table in ("run", "mute", "outbox", "conversation", "thread", "life", "told"):
        op.drop_table(f"alert_{table}")
