"""`sluice alerts`: the group, whose commands are imported when they are called."""

from importlib import import_module
from typing import Final

import rich_click as click

from sluice.terminal import fail

COMMANDS: Final = {
    "list": "alerting.commands.listing:list_",
    "ack": "alerting.commands.ack:ack",
    "mute": "alerting.commands.mute:mute",
    "test": "alerting.commands.test:test",
    "deliver": "alerting.commands.deliver:deliver",
    "serve": "alerting.commands.serve:serve",
}
EXTRA: Final = frozenset({"alembic", "psycopg", "slack_sdk", "sqlalchemy"})


class LazyGroup(click.RichGroup):
    """A group that needs the extra only where a command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; one sentence where the extra is missing."""
        del ctx
        module, _, attribute = COMMANDS.get(cmd_name, "").partition(":")
        if not module:
            return None
        try:
            command: click.Command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as missing:
            if missing.name is None or missing.name.partition(".")[0] not in EXTRA:
                raise
            fail("alerts need sqlalchemy and more: run `make setup`, or `pip install '.[alerts]'` in the checkout")
        return command


@click.group(cls=LazyGroup)
def alerts() -> None:
    """Incidents: who was told of what, and what is still open."""
