"""A command group that imports a command's module when the command is asked for, and knows a near name."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import rich_click as click

from sluice.contract.suggest import did_you_mean
from sluice.terminal import fail


class LazyGroup(click.RichGroup):
    """``table`` is command to ``module:attribute``, in the order in which people meet them.

    ``extras`` are packages that an extra of ours brings, each with the extra's name: one that is missing is told in a
    sentence.
    """

    def __init__(
        self, *arguments: Any, table: Mapping[str, str], extras: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self._table = table
        self._extras = extras or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table."""
        del ctx
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None where the table has no such row."""
        del ctx
        if cmd_name not in self._table:
            return None
        module, _, attribute = self._table[cmd_name].partition(":")
        try:
            command: click.Command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as missing:
            extra = self._extras.get((missing.name or "").partition(".")[0])
            if extra is None:
                raise
            fail(
                f"`{cmd_name}` needs {missing.name}, which is not installed: run `make setup`, or "
                f"`pip install '.[{extra}]'` in the checkout"
            )
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and with the nearest name where there is no such command."""
        if args and not args[0].startswith("-") and args[0] not in self._table:
            ctx.fail(f"there is no command '{args[0]}'; {did_you_mean(args[0], self._table)}")
        return super().resolve_command(ctx, args)
