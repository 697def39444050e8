"""Periods that retention has taken: remembered, so that nobody stages, judges or misses them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connections.storage import Storage
from sla.paths import Folders
from sla.remembered import change, remembered_or
from sla.verdicts import Standing
from sluice.terminal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a period was when it was taken: how many rows it had, and where it stood."""

    at: datetime
    rows: int
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tombstones:
    periods: dict[str, Gone] = field(default_factory=dict)


def erased(storage: Storage, folders: Folders) -> Mapping[str, Gone]:
    """By label."""
    return remembered_or(storage, folders.erased, _Tombstones, _Tombstones())[0].periods


def bury(storage: Storage, folders: Folders, periods: Mapping[str, Gone]) -> None:
    """Remember that the periods are to go, before anything of them goes; what is remembered already stays as it is."""
    after = change(
        storage,
        folders.erased,
        _Tombstones,
        _Tombstones(),
        lambda before: _Tombstones(periods=dict(sorted({**periods, **before.periods}.items()))),
    )
    if after is None:
        raise Fault(f"the memory of {folders.contract} changes under our hands: do several `sluice sla retention` run?")
