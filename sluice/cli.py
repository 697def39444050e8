"""The one composition root: a table of commands, each imported only when it is called."""

from importlib import import_module
from typing import Any, Final

import rich_click as click

from sluice.lazy_group import LazyGroup

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

EXTRAS: Final[dict[str, str]] = {  # what an extra brings, and which: a command without it says so
    **dict.fromkeys(("boto3", "botocore", "datasketches", "duckdb", "numpy", "pyarrow", "pyiceberg"), "lake"),
    **dict.fromkeys(("alembic", "slack_sdk", "sqlalchemy"), "alerts"),
    **dict.fromkeys(("pyflink", "py4j"), "flink"),
}
DELIVERY: Final = "alerting.after:after_run"


def hand_over(*run: Any) -> Any:
    """Give a run's findings to whoever tells people: applications never import one another, they meet here."""
    module, _, attribute = DELIVERY.partition(":")
    return getattr(import_module(module), attribute)(*run)


@click.group(cls=LazyGroup, table=COMMANDS, extras=EXTRAS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sluice")
def main() -> None:
    """Data contracts, enforced on streams: from a YAML file in git to validated records."""
