"""Reading what is new: bronze files by batch, each entered into the books and compared with what was staged of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connections.storage import Entry, Storage, StorageMissing
from sla.estate import Subject
from sla.ledger.books import Books
from sla.ledger.changes import without_rowless
from sla.ledger.compared import Typed, Uneven, compare
from sla.ledger.concern import batch_of
from sla.ledger.coordinates import Coordinates, Oddity, of_bronze
from sla.ledger.memory import Memory
from sla.paths import bronze, landed
from sla.staging.batches import Batches, Staged
from sla.staging.bronze import Unreadable
from sla.staging.intake import Progress
from sla.staging.staged import Staging
from sluice.contract.stream import Source


@dataclass(slots=True)
class Reader:
    """The files of one object, as they are there now. ``oddities`` are files that cannot be read.

    ``former`` are topics that files were staged of and that are not the contract's any more: of them those files are
    looked at that were staged or entered, since others may be somebody else's. ``dead_letters`` are topics of such.
    """

    subject: Subject
    storage: Storage
    before: Memory
    staging: Staging
    tell: Progress
    entries: dict[str, Entry] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    former: frozenset[str] = field(init=False)
    dead_letters: frozenset[str] = field(init=False)
    _total: int = 0

    def __post_init__(self) -> None:
        """Of the staging and of the contract."""
        stream = self.subject.stream
        self.former = self.staging.topics - {stream.validated, stream.dead_letter}
        self.dead_letters = (self.staging.dead_letters & self.former) | {stream.dead_letter}

    def list(self) -> None:
        """What is there, but for what retention is deleting."""
        ours = {*self.staging.files, *self.before.files} if self.former else ()
        for topic in (self.subject.stream.validated, self.subject.stream.dead_letter, *sorted(self.former)):
            for entry in self.storage.list(bronze(topic)):
                if topic in self.former and entry.path not in ours:
                    continue
                if landed(entry.path) is None:
                    told = "not a path of the landing job"
                    self.oddities.append(Oddity(kind="unreadable", path=entry.path, detail=told))
                elif entry.path not in self.before.released:
                    self.entries[entry.path] = entry

    @property
    def changed(self) -> bool:
        """Whether a file that was entered is gone or another now: what rested on it has to be read again."""
        known = self.before.files.items()
        return any(path not in self.entries or self.entries[path].version != file.version for path, file in known)

    def take(self, books: Books, *, full: bool) -> tuple[Uneven, ...]:
        """Enter what is new, batch by batch, and compare each batch with what was staged of it; those that differ."""
        done = 0 if full else self.before.staged
        again = () if full else (*self.before.uneven, *self._lost(done))
        batches = self._batches({*again, *range(done + 1, self.staging.through + 1)})
        in_batches = {path for files in batches.values() for path in files}
        new = [path for path in self.entries if path not in books.files and path not in in_batches]
        self._total = sum(self.entries[path].size for path in (*in_batches, *new) if path in self.entries)
        compared = [self._batch(books, number, files) for number, files in batches.items()]
        for path in new:
            self._enter(books, path, self._read(path), 0)
        books.post()
        return tuple(each for each in compared if each is not None)

    def _batches(self, numbers: set[int]) -> dict[int, tuple[str, ...]]:
        batches = Batches(self.storage, self.subject.folders)
        found = ((number, batches.manifest(number)) for number in sorted(numbers))
        return {number: batch.files for number, batch in found if batch is not None}

    def _batch(self, books: Books, number: int, files: Sequence[str]) -> Uneven | None:
        found = {path: self._read(path) for path in files}
        twice = [path for path in files if path in books.files and books.files[path].batch not in {0, number}]
        for path, coordinates in found.items():
            self._enter(books, path, coordinates, number)
        books.post()
        if any(path in self.before.released for path in files):  # too little is left to compare
            return None
        staged = [each for each in self.staging.staged if batch_of(each.path) == number]
        there = Typed(files=staged, erased=self._erased(number))
        uneven = compare(self.storage, number, tuple(found.values()), there, twice)
        if uneven is None or not uneven.missing or self.subject.stream.source is not Source.CDC:
            return uneven
        return compare(self.storage, number, tuple(self._rows(*each) for each in found.items()), there, twice)

    def _erased(self, number: int) -> Sequence[Staged]:
        """The typed files of a batch whose periods retention has taken: they are there no more, or not for long."""
        done = Batches(self.storage, self.subject.folders).outcome(number) if self.staging.erased else None
        return tuple(each for each in (done.staged if done else ()) if each.period in self.staging.erased)

    def _rows(self, path: str, found: Coordinates | None) -> Coordinates | None:
        """Looked at only where rows seem to be missing: what every event leaves is dear to know."""
        if found is None or not found.row.any():
            return found
        data, _ = self.storage.get(path)
        return without_rowless(found, data, self.subject.stream, self.subject.contract.id)

    def _enter(self, books: Books, path: str, found: Coordinates | None, batch: int) -> None:
        place = landed(path)
        if found is not None and place is not None:
            books.enter(place, self.entries[path], found, batch)

    def _read(self, path: str) -> Coordinates | None:
        """The coordinates of a file; None where it is gone, or cannot be read, which is told."""
        place = landed(path)
        if place is None or path not in self.entries:
            return None
        stream = self.subject.stream
        try:
            data, _ = self.storage.get(path)
            letters = place.topic in self.dead_letters
            found = of_bronze(data, place, raw=stream.raw, contract=self.subject.contract.id, dead_letter=letters)
        except StorageMissing:
            return None
        except Unreadable as why:
            self.oddities.append(Oddity(kind="unreadable", path=path, detail=str(why)))
            return None
        self.files += 1
        self.bytes += len(data)
        self.tell(self.bytes, max(self._total, self.bytes))
        return found

    def _lost(self, done: int) -> Iterator[int]:
        """Batches, compared before, of which a staged file is not there any more."""
        there = {entry.path for entry in self.storage.list(self.subject.folders.staged)}
        lost = (batch_of(each.path) for each in self.staging.staged if each.path not in there)
        yield from (number for number in lost if number <= done)
