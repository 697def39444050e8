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
    instant = sa.DateTime(timezone=True)
    with op.batch_alter_table("alert_life") as life:
        life.add_column(sa.Column("written_at", instant))
    op.execute("UPDATE alert_life SET written_at = opened_at")
    with op.batch_alter_table("alert_life") as life:
        life.alter_column("written_at", existing_type=instant, nullable=False)


def downgrade() -> None:
    """Drop them: incidents of masked segments are others from then on."""
    with op.batch_alter_table("alert_life") as life:
        life.drop_column("written_at")
    op.drop_table("alert_mark_key")
