"""A command group that imports a command's module when the command is asked for, and knows a near name."""

import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import rich_click as click
from click.exceptions import Abort, ClickException, Exit

from sluice.contract.suggest import did_you_mean
from sluice.terminal import FAULT, err, fail

ANSWERS: Final = (ClickException, Exit, Abort, BrokenPipeError)
"""What click makes an exit code of by itself."""


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

    def invoke(self, ctx: click.Context) -> Any:
        """As click does. A defect of ours keeps its traceback and is exit 2: Python's own 1 means findings here."""
        try:
            return super().invoke(ctx)
        except ANSWERS:
            raise
        except Exception:  # noqa: BLE001 - whatever nobody has caught below
            err.print(traceback.format_exc(), markup=False)
            sys.exit(FAULT)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and with the nearest name where there is no such command."""
        if args and not args[0].startswith("-") and args[0] not in self._table:
            ctx.fail(f"there is no command '{args[0]}'; {did_you_mean(args[0], self._table)}")
        return super().resolve_command(ctx, args)
