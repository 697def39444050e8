"""`sluice alerts`: the group, whose commands are imported when they are called."""

from typing import Final

import rich_click as click

from sluice.cli import EXTRAS
from sluice.lazy_group import LazyGroup

COMMANDS: Final = {
    "list": "alerting.commands.listing:list_",
    "ack": "alerting.commands.ack:ack",
    "resolve": "alerting.commands.resolve:resolve_",
    "mute": "alerting.commands.mute:mute",
    "test": "alerting.commands.test:test",
    "deliver": "alerting.commands.deliver:deliver",
    "serve": "alerting.commands.serve:serve",
}


@click.group(cls=LazyGroup, table=COMMANDS, extras=EXTRAS)
def alerts() -> None:
    """Incidents: who was told of what, and what is still open."""
