"""The last run of an object that came to its end: when, as of when, and what levels of now it found."""

from dataclasses import dataclass
from datetime import datetime

from connections.storage import Storage
from sla.paths import Folders
from sla.remembered import change, remembered_or
from sluice.finding.model import Finding


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
    return remembered_or(storage, _path(folders), Ran, None)[0]


def remember(storage: Storage, folders: Folders, ran: Ran) -> None:
    """Remember a run, unless a newer one is remembered by now; losing to another that ran beside us does no harm."""
    change(storage, _path(folders), Ran, None, lambda now: now if now is not None and now.at >= ran.at else ran)


def _path(folders: Folders) -> str:
    return f"{folders.state}last-run.json"
