"""The last run of an object that came to its end: when, as of when, and what levels of now it found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from connections.storage import Storage, StorageMissing
from sla.paths import Folders
from sla.remembered import remembered
from sluice.finding.model import Finding

TRIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """``at`` is when it ended, ``as_of`` what it judged by; ``standing`` are the findings that belong to no period."""

    at: datetime
    as_of: datetime
    version: str
    judged: int
    standing: tuple[Finding, ...] = ()


def last(storage: Storage, folders: Folders) -> Ran | None:
    """The newest that is remembered; None before the first."""
    return _read(storage, folders)[0]


def remember(storage: Storage, folders: Folders, ran: Ran) -> None:
    """Remember a run, unless a newer one is remembered by now; losing to another that ran beside us does no harm."""
    for _ in range(TRIES):
        before, version = _read(storage, folders)
        if before is not None and before.at >= ran.at:
            return
        path, data = _path(folders), msgspec.json.encode(ran)
        if storage.put_new(path, data) if version is None else storage.swap(path, data, version):
            return


def _read(storage: Storage, folders: Folders) -> tuple[Ran | None, str | None]:
    try:
        return remembered(storage, _path(folders), Ran)
    except StorageMissing:
        return None, None


def _path(folders: Folders) -> str:
    return f"{folders.state}last-run.json"
