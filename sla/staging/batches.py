"""Staging in batches: which bronze files belong together is written first, so that a second try does the same again.

A manifest is created once (If-None-Match); whoever loses takes the winner's. The files that come of a batch are named
by their content, so that two runs meet in a file only where they mean the same. Which of them count is said by the
outcome, created once as well: a kill between any two steps, two runs at the same time, and two checkouts of a contract
that differ end with each row in one file that counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from connections.storage import Storage, StorageMissing
from sla.paths import Folders
from sla.remembered import remembered
from sluice.ledger.runs import Run
from sluice.profile.model import Arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Bronze files to be staged together, by path; ``dead_letters`` are the topics that hold no rows to be typed."""

    number: int
    files: tuple[str, ...]
    dead_letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """One typed file, with its profile beside it. ``offsets`` are raw offsets by raw partition.

    ``counted`` says by rule id what the rule asked whose cells the profile counts.
    """

    path: str
    period: str
    version: str
    rows: int
    bytes: int
    offsets: dict[int, tuple[Run, ...]]
    counted: dict[str, str] = field(default_factory=dict)

    @property
    def profile(self) -> str:
        """Where its profile is."""
        return self.path.removesuffix(".parquet") + ".profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a batch could not take: files and rows."""

    kind: str  # unreadable, unmarked, foreign, mislabelled, timeless, undecodable, unknown-version
    path: str
    rows: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a batch. ``watermarks`` is the newest appended time by raw partition."""

    number: int
    rows: int
    bytes: int
    cpu_seconds: float
    staged: tuple[Staged, ...]
    arrivals: Arrivals
    watermarks: dict[int, datetime]
    troubles: tuple[Trouble, ...] = ()


class Batches:
    """The batches of one object."""

    def __init__(self, storage: Storage, folders: Folders) -> None:
        self._storage = storage
        self._folders = folders

    def manifest(self, number: int) -> Batch | None:
        """Which files a batch has, None where there is no such batch yet."""
        try:
            return remembered(self._storage, self._folders.batch(number), Batch)[0]
        except StorageMissing:
            return None

    def outcome(self, number: int) -> Done | None:
        """What came of a batch, None while it is not done."""
        try:
            return remembered(self._storage, self._folders.done(number), Done)[0]
        except StorageMissing:
            return None

    def open(self, number: int, files: Iterable[str], dead_letters: Iterable[str]) -> Batch | None:
        """Write a manifest; None where another run took the number first: look again what is left."""
        batch = Batch(number=number, files=tuple(sorted(files)), dead_letters=tuple(sorted(dead_letters)))
        return batch if self._storage.put_new(self._folders.batch(number), msgspec.json.encode(batch)) else None

    def close(self, done: Done) -> Done:
        """Write what came of it; where another run was first its outcome stands, and is the answer."""
        if self._storage.put_new(self._folders.done(done.number), msgspec.json.encode(done)):
            return done
        return self.outcome(done.number) or done
