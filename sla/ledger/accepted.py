"""Losses that a person has accepted, by coordinates: they stay told as such, and hold no period back any more."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from connections.storage import Storage
from sla.ledger.compared import Uneven
from sla.ledger.coordinates import Oddity
from sla.ledger.ledger import Acceptance, Ledger
from sla.ledger.memory import File
from sla.paths import Folders
from sla.remembered import change, remembered_or
from sluice.ledger.account import Line
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets
from sluice.ledger.runs import Run
from sluice.terminal import Fault

LOSSES: Final = frozenset({"missing", "unproven", "deleted", "deleted or unreadable", "unreadable"})
RUN: Final = re.compile(r"(\d{1,18})(?:\.\.(\d{1,18}))?")
PLACES_TOLD: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """All that was accepted of one object."""

    acceptances: tuple[Acceptance, ...] = ()

    def line(self, line: Line) -> Line:
        """The line without what was accepted of it."""
        offsets = self._offsets(str(line.partition))
        return replace(line, missing=line.missing - offsets, unproven=line.unproven - offsets) if offsets else line

    def gone(self, files: Mapping[str, File]) -> dict[str, File]:
        """The deleted bronze files without those that were accepted."""
        return {path: file for path, file in files.items() if path not in self._files}

    def uneven(self, found: Iterable[Uneven], raw: str) -> Iterator[Uneven]:
        """The batches without what was accepted of them."""
        for each in found:
            left = {at: lost - self._offsets(str(Partition(topic=raw, number=at))) for at, lost in each.missing.items()}
            yield replace(
                each,
                missing={at: lost for at, lost in left.items() if lost},
                files=tuple(path for path in each.files if path not in self._files),
            )

    def oddities(self, found: Iterable[Oddity]) -> Iterator[Oddity]:
        """Those without the unreadable files that were accepted."""
        return (each for each in found if each.kind not in LOSSES or each.path not in self._files)

    @property
    def _files(self) -> frozenset[str]:
        return frozenset(each.place for each in self.acceptances if not each.runs)

    def _offsets(self, place: str) -> Offsets:
        found = Offsets()
        for each in self.acceptances:
            if each.place == place:
                found |= Offsets.of_runs(each.runs)
        return found


def wanted(ledger: Ledger, places: Iterable[str], *, at: datetime, by: str, why: str) -> tuple[Acceptance, ...]:
    """What is lost at the places, to be accepted; Fault for one where nothing is, or nobody can tell.

    A place is a file, ``topic[0]`` for all that is lost there now, or ``topic[0]@17..19,30`` for some of it.
    """
    if not ledger.asked:
        raise Fault("Kafka did not answer, so nobody can tell what is lost for good")
    return tuple(_wanted(ledger, place, at, by, why) for place in dict.fromkeys(places))


def _wanted(ledger: Ledger, asked: str, at: datetime, by: str, why: str) -> Acceptance:
    place, _, runs = asked.partition("@") if "]@" in asked else (asked, "", "")
    lost = [fault for fault in ledger.faults if fault.what in LOSSES and fault.place == place]
    offsets = Offsets()
    for fault in lost:
        offsets |= fault.offsets
    if runs:
        offsets &= Offsets.of_runs(_runs(runs))
    if not lost or (runs and not offsets):
        there = sorted({fault.place for fault in ledger.faults if fault.what in LOSSES})
        told = f"something is at {', '.join(there[:PLACES_TOLD])}" if there else "nothing is anywhere"
        raise Fault(f"nothing is lost at {asked}; {told}")
    return Acceptance(place=place, runs=offsets.runs(), at=at, by=by, why=why)


def _runs(text: str) -> Iterator[Run]:
    for part in text.split(","):
        match = RUN.fullmatch(part.strip())
        if match is None:
            raise Fault(f"'{part}' is no offset and no run of them; write 17 or 17..19")
        yield Run(first=int(match[1]), last=int(match[2] or match[1]))


def recall(storage: Storage, folders: Folders) -> Accepted:
    """What was accepted so far."""
    return remembered_or(storage, _path(folders), Accepted, Accepted())[0]


def remember(storage: Storage, folders: Folders, acceptances: Iterable[Acceptance]) -> None:
    """Add to it."""
    more = tuple(acceptances)
    after = change(
        storage,
        _path(folders),
        Accepted,
        Accepted(),
        lambda before: Accepted(acceptances=(*before.acceptances, *more)),
    )
    if after is None:
        raise Fault(f"what was accepted of {folders.contract} changes under our hands: do several accept at once?")


def _path(folders: Folders) -> str:
    return f"{folders.state}accepted.json"
