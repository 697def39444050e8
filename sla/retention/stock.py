"""What the lake and the table hold of one object, looked at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connections.storage import Entry, Storage
from sla.estate import Subject
from sla.paths import bronze, landed
from sla.publishing.warehouse import Published
from sla.staging.batches import Batches
from sla.staging.staged import Staging, recall
from sla.verdicts import Periods


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """``staged`` are typed files and their profiles, ``published`` the periods that the table has rows of.

    ``ends`` has every period that anything is kept of, with its end; ``unread`` are labels of no period of the grid.
    """

    subject: Subject
    storage: Storage
    staging: Staging
    periods: Periods
    staged: tuple[Entry, ...]
    published: frozenset[str]
    ends: Mapping[str, datetime]
    unread: tuple[str, ...]

    @classmethod
    def of(cls, subject: Subject, storage: Storage, table: Published) -> "Stock":
        """Look."""
        staged = tuple(storage.list(subject.folders.staged))
        periods, published = Periods(storage, subject.folders), table.periods()
        ends: dict[str, datetime] = {}
        unread: list[str] = []
        for label in sorted({cls.label(each) for each in staged} | set(periods.labels()) | published):
            try:
                ends[label] = subject.grid.period(label).end
            except ValueError:
                unread.append(label)
        return cls(
            subject=subject,
            storage=storage,
            staging=recall(storage, subject.folders),
            periods=periods,
            staged=staged,
            published=published,
            ends=ends,
            unread=tuple(unread),
        )

    @staticmethod
    def label(entry: Entry) -> str:
        """The period of a staged file."""
        return entry.path.partition("/period=")[2].partition("/")[0]

    def of_period(self, label: str) -> tuple[Entry, ...]:
        """All that is kept of a period: its typed files and profiles, what was decided, profiles of it whole."""
        folders = self.subject.folders
        verdicts = folders.verdicts(label)
        return (
            *(each for each in self.staged if self.label(each) == label),
            *(each for each in self.storage.list(verdicts) if each.path == verdicts),
            *self.storage.list(f"{folders.state}profiles/{label}."),
        )

    def bronze(self) -> Iterator[Entry]:
        """The landed files of both topics, and of those that they were called before."""
        stream = self.subject.stream
        for topic in sorted({stream.validated, stream.dead_letter, *self.staging.topics}):
            yield from self.storage.list(bronze(topic))

    def landed_wholly_of(self, labels: frozenset[str]) -> frozenset[str]:
        """Landed files of valid records whose batch came to rows of these periods, and of no other.

        Files with rows that staging could not take are not among them: those rows are nowhere else.
        """
        by_batch: dict[int, set[str]] = {}
        for each in self.staged:
            by_batch.setdefault(_batch(each.path), set()).add(self.label(each))
        for file in self.staging.staged:  # those too whose file is gone by accident: they can be staged again
            by_batch.setdefault(_batch(file.path), set()).add(file.period)
        numbers = (
            number for number, found in by_batch.items() if 0 < number <= self.staging.through and found <= labels
        )
        return frozenset(path for number in numbers for path in self._taken_whole(number))

    def _taken_whole(self, number: int) -> Iterator[str]:
        batches = Batches(self.storage, self.subject.folders)
        manifest, done = batches.manifest(number), batches.outcome(number)
        if manifest is None or done is None:
            return
        troubled = {trouble.path for trouble in done.troubles}
        for path in manifest.files:
            place = landed(path)
            if place is not None and place.topic not in manifest.dead_letters and path not in troubled:
                yield path

    def strays(self, before: datetime) -> Iterator[Entry]:
        """Staged files from before an instant that no batch names; one that is still to be done takes what it finds."""
        known = {path for each in self.staging.staged for path in (each.path, each.profile)}
        for each in self.staged:
            if each.path not in known and each.modified < before and 0 < _batch(each.path) <= self.staging.through:
                yield each

    def superseded(self, before: datetime, but: frozenset[str]) -> Iterator[Entry]:
        """What a newer file has stood for since an instant: nobody reads it, or it is reckoned anew.

        Profiles of whole periods by other rules or from fewer files, those of ``but`` apart, and what was staged by an
        earlier batch.
        """
        profiles: dict[str, list[Entry]] = {}
        for each in self.storage.list(f"{self.subject.folders.state}profiles/"):
            profiles.setdefault(each.path.rpartition("/")[2].partition(".")[0], []).append(each)
        kept = list(self.storage.list(f"{self.subject.folders.state}kept/"))
        for found in (*(entries for label, entries in profiles.items() if label not in but), kept):
            *older, newest = sorted(found, key=lambda each: (each.modified, each.path)) or (None,)
            if newest is not None and newest.modified < before:
                yield from older


def _batch(path: str) -> int:
    """The number in the name of a staged file; 0 where it has none."""
    number = path.rpartition("/")[2].partition("-")[0]
    return int(number) if number.isdigit() else 0
