"""``sluice sla``: a group whose commands are imported when they are called."""

from typing import Final

import rich_click as click

from sluice.cli import EXTRAS
from sluice.lazy_group import LazyGroup

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


@click.group(cls=LazyGroup, table=COMMANDS, extras=EXTRAS)
def sla() -> None:
    """Judge what has landed: stage it, profile it, publish it or hold it."""
