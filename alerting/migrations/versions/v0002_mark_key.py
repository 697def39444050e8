"""The key of marks; and when an incident was written down by the clock, which a run that looks back does not tell."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them; what is known already was written down when it opened, as far as anybody can tell."""
    op.create_table(
        "alert_mark_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_mark_key"),
    )
    op.add_column("alert_life", sa.Column("written_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE alert_life SET written_at = opened_at")


def downgrade() -> None:
    """Drop them: incidents of masked segments are others from then on."""
    op.drop_column("alert_life", "written_at")
    op.drop_table("alert_mark_key")
