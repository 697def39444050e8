"""The one composition root: a table of commands, each imported only when it is called."""

from importlib import import_module
from typing import Any, Final

import rich_click as click

from sluice.contract.suggest import did_you_mean

COMMANDS: Final[dict[str, str]] = {
    "init": "sluice.commands.init:init",
    "lint": "sluice.commands.lint:lint",
    "test": "sluice.commands.test:test",
    "validate": "sluice.commands.validate:validate",
    "compat": "sluice.commands.compat:compat",
    "profile": "sluice.commands.profile:profile",
    "plan": "registry_sync.commands.plan:plan",
    "apply": "registry_sync.commands.apply:apply",
    "up": "local_stack.commands:up",
    "down": "local_stack.commands:down",
    "status": "local_stack.commands:status",
    "ledger": "sla.commands.ledger:ledger",
    "run": "validator.commands.run:run",
    "submit": "validator.commands.submit:submit",
    "alerts": "alerting.commands:alerts",
    "sla": "sla.commands.group:sla",
}

DELIVERY: Final = "alerting.after:after_run"


def hand_over(*run: Any) -> Any:
    """Give a run's findings to whoever tells people: applications never import one another, they meet here."""
    module, _, attribute = DELIVERY.partition(":")
    return getattr(import_module(module), attribute)(*run)


class LazyGroup(click.RichGroup):
    """A click group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table, which is the order in which people meet them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None where the table has no such row."""
        del ctx
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, and with the nearest name where there is no such command."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            ctx.fail(f"there is no command '{args[0]}'; {did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sluice")
def main() -> None:
    """Data contracts, enforced on streams: from a YAML file in git to validated records."""
