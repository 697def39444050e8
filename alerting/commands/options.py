"""What the commands share: settings, contracts, moments, and the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, Final

import rich_click as click

from alerting.contracts import contracts_of
from alerting.settings import AlertSettings
from alerting.store.database import Database
from connections.options import SETTINGS, with_options
from connections.sources import Sources, load
from sluice.contract.model import Contract

AnyCommand = Callable[..., None]

CONTRACTS: Final = Path("contracts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every command is told: which settings, where the contracts are, and for whom to write."""

    env: str | None
    config: Path | None
    as_json: bool
    contracts_path: Path

    def settings(self) -> AlertSettings:
        """The settings, or a Fault."""
        return load(AlertSettings, Sources(env=self.env, file=self.config))

    def contracts(self) -> dict[str, Contract]:
        """The contracts by id; none where the folder is not there: what is written down can be shown without."""
        return contracts_of(self.contracts_path) if self.contracts_path.exists() else {}


OPTIONS: Final = (
    click.option(
        "--contracts",
        "contracts_path",
        type=click.Path(path_type=Path),
        default=CONTRACTS,
        show_default=True,
        help="Folder or file of the contracts: owners, consumers, and what is classified.",
    ),
    *SETTINGS,
    click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
)


def shared(command: AnyCommand) -> AnyCommand:
    """Add the options that every command has, handed over together as ``common``."""

    @wraps(command)
    def called(*, env: str | None, config: Path | None, as_json: bool, contracts_path: Path, **rest: Any) -> None:
        command(common=Common(env=env, config=config, as_json=as_json, contracts_path=contracts_path), **rest)

    return with_options(*OPTIONS)(called)


class Moment(click.ParamType[datetime]):
    """``4h``, ``2d``, or a moment in ISO 8601 (UTC where it has no zone)."""

    name = "moment"
    _units: Final[Mapping[str, timedelta]] = {
        "m": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "d": timedelta(days=1),
        "w": timedelta(weeks=1),
    }

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse; a clear refusal where it is none."""
        text = str(value).strip()
        if text[:-1].isdigit() and text[-1] in self._units and len(text) <= len("99999d"):
            return datetime.now(UTC) + int(text[:-1]) * self._units[text[-1]]
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"'{text}' is no moment; write 4h, 2d or 2026-11-30T08:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def open_database(settings: AlertSettings) -> Database:
    """The database that the settings name, with its tables."""
    return Database(settings.alerting.database, settings.alerting.password)
