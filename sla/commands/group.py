"""``sluice sla``: a group whose commands are imported when they are called."""

from importlib import import_module
from typing import Final

import rich_click as click

COMMANDS: Final[dict[str, str]] = {
    "run": "sla.commands.run:run",
    "status": "sla.commands.status:status",
    "backtest": "sla.commands.backtest:backtest",
    "promote": "sla.commands.acts:promote",
    "hold": "sla.commands.acts:hold",
    "rollback": "sla.commands.acts:rollback",
    "retention": "sla.commands.retention:retention",
    "rules": "sla.commands.rules:rules",
}


class SlaGroup(click.RichGroup):
    """The commands of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return it, or None where there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=SlaGroup)
def sla() -> None:
    """Judge what has landed: stage it, profile it, publish it or hold it."""
