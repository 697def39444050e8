"""What the commands of the scheduled job share: options, settings, the estate, and moments as people write them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import rich_click as click

from connections.options import SETTINGS, with_options
from connections.sources import Sources, load
from connections.storage import Storage, storage_of
from sla.estate import Subject, chosen, subjects
from sla.grids import settled
from sla.publishing.catalogue import published
from sla.publishing.warehouse import Published
from sla.settings import SlaSettings
from sla.verdicts import Periods
from sluice.terminal import Fault

AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])
FLAGS: Final = {
    "lake": "lake.root",
    "contracts": "sla.contracts",
    "bootstrap": "kafka.bootstrap",
}  # a parameter, and the setting that it overrides

OPTIONS: Final = (
    *SETTINGS,
    click.option("--lake", metavar="ROOT", help="Where landings are: file:///folder or s3://bucket/prefix."),
    click.option("--contracts", metavar="FOLDER", help="The contracts [default: contracts]."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)

YEARS: Final = range(1900, 3000)
"""Of moments that people ask for: windows that reach back from one, or on, stay within what can be reckoned."""

shared = with_options(*OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Where a command works: settings, storage and the estate, read once."""

    sources: Sources
    settings: SlaSettings
    storage: Storage
    estate: tuple[Subject, ...]

    def table(self, subject: Subject) -> Published:
        """The published table of an object."""
        return published(self.settings.lake, self.settings.sla, subject.contract.id, subject.described.name)

    def periods(self, subject: Subject) -> Periods:
        """What was decided about its periods."""
        return Periods(self.storage, subject.folders)

    def one(self, name: str) -> Subject:
        """The one object of a name; Fault where it is of several, or of none."""
        found = chosen(self.estate, (name,))
        if len(found) > 1:
            raise Fault(f"'{name}' has several objects; name one: {', '.join(each.name for each in found)}")
        return found[0]


def office(*, env: str | None, config: Path | None, **asked: str | None) -> Office:
    """Settings, storage and estate from the options of a command."""
    sources = Sources(flags={FLAGS[name]: value for name, value in asked.items()}, env=env, file=config)
    settings = load(SlaSettings, sources)
    storage = storage_of(settings.lake)
    return Office(
        sources=sources,
        settings=settings,
        storage=storage,
        estate=tuple(settled(storage, each) for each in subjects(settings.sla.contracts)),
    )


class Moment(click.ParamType[datetime | date]):
    """``2013-03-03`` is the start of that day by each contract's own clock; or RFC 3339 with a zone."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime | date:
        """Parse; a clear refusal where it is no moment."""
        if isinstance(value, datetime | date):
            return value
        text = str(value)
        try:
            told = date.fromisoformat(text) if len(text) == len("2013-03-03") else datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"'{text}' is no moment; write 2013-03-03 or 2013-03-03T06:00:00Z", param, ctx)
        if told.year not in YEARS:
            self.fail(f"'{text}' is no moment of the years {YEARS[0]} to {YEARS[-1]}", param, ctx)
        if not isinstance(told, datetime):
            return told
        if told.tzinfo is None:
            self.fail(f"'{text}' has no zone; write {text}Z for UTC", param, ctx)
        return told.astimezone(UTC)


def instant(moment: datetime | date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant that a moment is in a zone; now where none was given."""
    if moment is None:
        return now
    if isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day, tzinfo=zone).astimezone(UTC)
