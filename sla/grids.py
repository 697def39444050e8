"""The grid that an object's periods are cut by: the one of its first run, for whatever is named by periods since."""

from dataclasses import dataclass, replace
from typing import Final

import msgspec

from connections.storage import Storage
from sla.estate import Subject
from sla.remembered import remembered_or
from sluice.checks.periods import Grid
from sluice.terminal import Fault

WAY_OUT: Final = (
    "write that back, or give the object another name, and with it another table: what has landed is then staged by"
    " its new periods"
)


class GridChanged(Fault):
    """The contract asks for other periods than those that the object has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    period: str
    zone: str

    def __str__(self) -> str:
        return f"landingPeriod: {self.period}, landingTimezone: {self.zone}"


def settled(storage: Storage, subject: Subject) -> Subject:
    """The object with the grid that its labels are of; with the contract's own as long as it has no periods."""
    kept = _read(storage, subject)
    return subject if kept is None else replace(subject, grid=Grid.of(kept.period, kept.zone))


def hold_to_grid(storage: Storage, subject: Subject) -> None:
    """Keep the contract's grid at the first run, and refuse any other ever after: GridChanged says the way out."""
    asked = _Kept(period=subject.stream.landing_period, zone=subject.stream.landing_timezone)
    storage.put_new(_path(subject), msgspec.json.encode(asked))
    kept = _read(storage, subject)
    if kept is not None and Grid.of(kept.period, kept.zone) != Grid.of(asked.period, asked.zone):
        raise GridChanged(
            f"the contract of {subject.name} says {asked}; its periods are staged, judged and published by {kept}:"
            f" {WAY_OUT}"
        )


def _path(subject: Subject) -> str:
    return f"{subject.folders.state}grid.json"


def _read(storage: Storage, subject: Subject) -> _Kept | None:
    return remembered_or(storage, _path(subject), _Kept, None)[0]
