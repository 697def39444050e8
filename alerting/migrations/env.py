"""Alembic's way in: runs on the connection that ``alerting.store.database`` hands over, within its transaction."""

from alembic import context

from alerting.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table="alert_version",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
