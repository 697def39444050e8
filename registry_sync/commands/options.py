"""The options that plan and apply share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import rich_click as click

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])

OPTIONS = (
    click.option("--env", envvar="SLUICE_ENV", help="Section [env.NAME] of sluice.toml that lies over the rest."),
    click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="SLUICE_CONFIG",
        help="Settings file [default: sluice.toml where there is one].",
    ),
    click.option("--registry", "registry_url", metavar="URL", help="Root of the registry's Confluent-compatible API."),
    click.option("--bootstrap", metavar="HOST:PORT,...", help="The brokers."),
    click.option("--acls", is_flag=True, help="Manage access rules too: principals come from the contracts."),
    click.option(
        "--prune",
        is_flag=True,
        help="These are all contracts of the estate: what earlier applies made for any other is deleted (softly).",
    ),
)


def shared(command: AnyCommand) -> AnyCommand:
    """Add the shared options to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command
