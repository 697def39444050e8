"""What was decided about a period, revision by revision; swapped only by whoever read it last."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from connections.storage import Storage
from sla.paths import Folders
from sla.remembered import change as change_remembered
from sla.remembered import remembered_or
from sluice.finding.model import Finding
from sluice.terminal import Fault

READERS: Final = 8
"""Fewer than the connections that a client of S3 keeps."""


class Verdict(StrEnum):
    """What a revision of a period came to."""

    PASSED = "passed"  # nothing that holds was breached
    HELD = "held"


class Standing(StrEnum):
    """Where a period stands for those who read the published table."""

    OPEN = "open"  # more may come; not judged for holds yet
    HELD = "held"  # nothing of it is published
    PROMOTED = "promoted"
    STALE = "stale"  # published, but a later revision is held
    ROLLED_BACK = "rolled-back"


class Act(StrEnum):
    """What was done to a period, by the job or by a person."""

    PROMOTE = "promote"
    HOLD = "hold"
    ROLL_BACK = "roll-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act, with who did it and why; ``files`` are those that the published table then holds of the period.

    ``refused``: it was to be published, and the table could not take it.
    """

    act: Act
    at: datetime
    by: str
    why: str
    revision: int
    files: tuple[str, ...] = ()
    snapshot: int | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One judging of a closed period: the staged files that it had by then, and what was found in them.

    Both are remembered of the newest judging alone; what was found before is in the findings that were handed over.
    """

    number: int
    at: datetime
    files: tuple[str, ...]
    verdict: Verdict
    closed: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The memory of one period. ``told`` is the last revision whose findings were handed to those who tell people."""

    label: str
    revisions: tuple[Revision, ...] = ()
    deeds: tuple[Deed, ...] = ()
    told: int = 0

    @property
    def newest(self) -> Revision | None:
        """The last revision."""
        return self.revisions[-1] if self.revisions else None

    @property
    def published(self) -> tuple[str, ...]:
        """The staged files of the period that the published table holds."""
        return self.changing.files if self.changing else ()  # a rollback leaves none

    @property
    def standing(self) -> Standing:
        """Where it stands; a period without rows is published as well, with none."""
        if self.newest is None:
            return Standing.OPEN
        last = self.deeds[-1] if self.deeds else None
        if last is not None and last.act is Act.ROLL_BACK:
            return Standing.ROLLED_BACK
        if self.changing is not None and self.changing.act is Act.PROMOTE:
            behind = self.newest.files != self.published and last is not None and last.act is Act.HOLD
            return Standing.STALE if behind else Standing.PROMOTED
        return Standing.HELD

    @property
    def why(self) -> str:
        """Why it stands so: the reason of the last act."""
        return self.deeds[-1].why if self.deeds else ""

    @property
    def changing(self) -> Deed | None:
        """The last act that changed what the published table holds."""
        return next((deed for deed in reversed(self.deeds) if deed.act is not Act.HOLD), None)


def promotions(period: Period) -> Iterator[datetime]:
    """When it was published, the first time first."""
    return (deed.at for deed in period.deeds if deed.act is Act.PROMOTE)


def first_published(periods: Mapping[str, Period], label: str) -> dict[str, datetime]:
    """When a period could first be read, by its label; empty where it never could."""
    period = periods.get(label)
    first = next(promotions(period), None) if period is not None else None
    return {} if first is None else {label: first}


class Periods:
    """The memory of all periods of one object."""

    def __init__(self, storage: Storage, folders: Folders) -> None:
        self._storage = storage
        self._folders = folders

    def labels(self) -> tuple[str, ...]:
        """Those of which anything is remembered, in order."""
        prefix = f"{self._folders.state}periods/"
        return tuple(
            sorted(each.path.removeprefix(prefix).removesuffix(".json") for each in self._storage.list(prefix))
        )

    def all(self) -> dict[str, Period]:
        """By label, in order of the text; read side by side, since there is one object for each period."""
        names = self.labels()
        with ThreadPoolExecutor(READERS) as readers:
            return dict(zip(names, readers.map(self.get, names), strict=True))

    def get(self, label: str) -> Period:
        """What is remembered, or a fresh memory."""
        return remembered_or(self._storage, self._folders.verdicts(label), Period, Period(label=label))[0]

    def change(self, label: str, change: Callable[[Period], Period]) -> Period:
        """Read, change, write, and again from the start where somebody else wrote in between."""
        path = self._folders.verdicts(label)
        after = change_remembered(self._storage, path, Period, Period(label=label), lambda now: bounded(change(now)))
        if after is None:
            raise Fault(f"the memory of period {label} changes under our hands: do several `sluice sla` run at once?")
        return after


def bounded(period: Period) -> Period:
    """The period without what is superseded: else one that is late every hour grows with the square of its files."""
    kept = period.changing
    older = (replace(each, files=(), findings=()) for each in period.revisions[:-1])
    return replace(
        period,
        revisions=(*older, *period.revisions[-1:]),
        deeds=tuple(each if each is kept else replace(each, files=()) for each in period.deeds),
    )


def with_revision(period: Period, revision: Revision) -> Period:
    """The period with one more judging; one that is there already is not added twice."""
    if any(each.number == revision.number for each in period.revisions):
        return period
    return replace(period, revisions=(*period.revisions, revision))


def with_told(period: Period, number: int) -> Period:
    """The period with the findings of a revision, and of all before it, handed over."""
    return replace(period, told=max(period.told, number))


def with_deed(period: Period, deed: Deed) -> Period:
    """The period with one more act."""
    return replace(period, deeds=(*period.deeds, deed))
