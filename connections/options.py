"""The options by which every command finds its settings, and how commands share options."""

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import rich_click as click

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])

SETTINGS: Final[tuple[Callable[[Any], Any], ...]] = (
    click.option("--env", envvar="SLUICE_ENV", help="Section [env.NAME] of sluice.toml that lies over the rest."),
    click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="SLUICE_CONFIG",
        help="Settings file [default: sluice.toml where there is one].",
    ),
)


def with_options(*options: Callable[[Any], Any]) -> Callable[[AnyCommand], AnyCommand]:
    """Give a command options and arguments, in their order."""

    def add(command: AnyCommand) -> AnyCommand:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def me() -> str:
    """Who calls, by the system's word; a container's user need not have a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
