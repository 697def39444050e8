"""Periods that retention has taken: remembered, so that nobody stages, judges or misses them again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from connections.storage import Storage, StorageMissing
from sla.paths import Folders
from sla.remembered import remembered
from sla.verdicts import Standing
from sluice.terminal import Fault

TRIES: Final = 20


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
    return _read(storage, folders)[0].periods


def bury(storage: Storage, folders: Folders, periods: Mapping[str, Gone]) -> None:
    """Remember that the periods are to go, before anything of them goes; what is remembered already stays as it is."""
    for _ in range(TRIES):
        before, version = _read(storage, folders)
        after = _Tombstones(periods=dict(sorted({**periods, **before.periods}.items())))
        if after == before:
            return
        path, data = folders.erased, msgspec.json.encode(after)
        if storage.put_new(path, data) if version is None else storage.swap(path, data, version):
            return
    raise Fault(f"the memory of {folders.contract} changes under our hands: do several `sluice sla retention` run?")


def _read(storage: Storage, folders: Folders) -> tuple[_Tombstones, str | None]:
    try:
        return remembered(storage, folders.erased, _Tombstones)
    except StorageMissing:
        return _Tombstones(), None
