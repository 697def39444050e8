"""The books of one object, open for one run: accounts of output and raw partitions, and the files that they rest on."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from connections.storage import Entry, Storage
from sla.ledger import proofs
from sla.ledger.coordinates import Coordinates, Oddity
from sla.ledger.memory import File, Memory, accounts, kept, name
from sla.paths import Landed, landed
from sluice.ledger.account import Account, Reach
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Array, Offsets

Accounts = dict[Partition, Account]


@dataclass(slots=True)
class Books:
    """Open until ``closed``. ``before`` is what is remembered, ``known`` how far partitions reached at the beginning.

    What is read is entered once for many files: a file of validated records leaves a hole for each dead letter, and
    the dead letters of the same hours fill them.
    """

    raw: str
    before: Memory
    known: Mapping[Partition, Reach]
    files: dict[str, File] = field(default_factory=dict)
    gone: dict[str, File] = field(default_factory=dict)
    landed: Accounts = field(default_factory=dict)
    judged: Accounts = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)
    rows: int = 0
    _landing: dict[Partition, list[Array]] = field(default_factory=lambda: defaultdict(list))
    _judging: dict[Partition, list[Array]] = field(default_factory=lambda: defaultdict(list))
    _oldest: dict[tuple[Partition, Partition], int] = field(default_factory=dict)

    @classmethod
    def open(cls, raw: str, memory: Memory, known: Mapping[Partition, Reach]) -> "Books":
        """As they were left."""
        return cls(
            raw=raw,
            before=memory,
            known=known,
            files=dict(memory.files),
            gone=dict(memory.gone),
            landed=accounts(memory.landed),
            judged=accounts(memory.judged),
            oddities=list(memory.oddities),
        )

    @classmethod
    def afresh(
        cls, raw: str, memory: Memory, known: Mapping[Partition, Reach], gone: Mapping[str, File], storage: Storage
    ) -> "Books":
        """For reading everything again. Facts stay: what holds no record, what holds one, and what retention took."""
        opened = cls(raw=raw, before=memory, known=known, gone={**memory.gone, **gone})
        opened.landed = {at: _facts(storage, at, each) for at, each in accounts(memory.landed).items()}
        opened.judged = {at: _facts(storage, at, each) for at, each in accounts(memory.judged).items()}
        for path, file in memory.released.items():
            at = _partition(path)
            if at is not None and at in opened.landed:
                opened.landed[at] = opened.landed[at].empty(Offsets.between(file.first, file.end))
        for path, file in opened.gone.items():
            at = _partition(path)
            if at is not None and at in opened.landed:
                held = Offsets.between(file.first, file.end) - opened.landed[at].settled
                opened.landed[at] = replace(opened.landed[at], held=opened.landed[at].held | held)
        return opened

    def enter(self, place: Landed, entry: Entry, found: Coordinates, batch: int) -> None:
        """Take in a bronze file; one that was entered before stays as it is, but for its batch."""
        known = self.files.get(place.path)
        if known is not None:
            self.files[place.path] = replace(known, batch=batch or known.batch)
            return
        rows, raw = len(found.offset), {}
        for number in np.unique(found.raw_partition).tolist():
            mine, at = found.raw_offset[found.raw_partition == number], Partition(topic=self.raw, number=number)
            raw[number] = (int(mine.min()), int(mine.max()))
            self._judging[at].append(mine)
            source = Partition(topic=place.topic, number=place.partition)
            self._oldest[source, at] = min(raw[number][0], self._oldest.get((source, at), raw[number][0]))
        if rows:
            self._landing[Partition(topic=place.topic, number=place.partition)].append(found.offset)
        self.rows += rows
        self.oddities += found.oddities
        self.files[place.path] = File(
            version=entry.version,
            rows=rows,
            first=int(found.offset.min()) if rows else 0,
            end=int(found.offset.max()) + 1 if rows else 0,
            raw=raw,
            batch=batch,
        )

    def post(self) -> None:
        """Enter what was gathered into the accounts."""
        for accounts_, gathered in ((self.landed, self._landing), (self.judged, self._judging)):
            for at, arrays in gathered.items():
                seen = np.concatenate(arrays)
                account = accounts_.get(at) or self._opened(at, int(seen.min()))
                if not self.before.files:  # the first look: batches may come in any order
                    account = replace(account, start=min(account.start, int(seen.min())))
                accounts_[at] = account.entered(seen)
            gathered.clear()

    def complete(self, *, full: bool) -> None:
        """Open an account for each partition that nothing was seen of.

        After a full reading, what rested on files that retention has taken is taken over as it was.
        """
        for at, reach in self.known.items():
            if at.topic != self.raw:
                self.landed.setdefault(at, Account(start=reach.first))
            elif self._answers_for(at, reach):
                self.judged.setdefault(at, Account(start=reach.first))
        if not self.before.files and not self._whole:
            self.judged = {
                at: replace(account, start=self._answers_from(at, account)) for at, account in self.judged.items()
            }
        self.gone = {path: file for path, file in self.gone.items() if self._misses(path, file)}
        if full and self.before.released:
            self._take_over()

    def _take_over(self) -> None:
        old = accounts(self.before.judged)
        for file in self.before.released.values():
            for number, (low, high) in file.raw.items():
                at = Partition(topic=self.raw, number=number)
                if at in old and at in self.judged:
                    self.judged[at] = self.judged[at].empty(old[at].settled.within(low, high + 1))

    def kept(self) -> Memory:
        """The memory with these books in it."""
        return replace(
            self.before,
            raw=tuple(sorted(name(at) for at in self.known if at.topic == self.raw)),
            files=dict(sorted(self.files.items())),
            gone=self.gone,
            landed=kept(self.landed),
            judged=kept(self.judged),
            oddities=tuple(self.oddities),
        )

    @property
    def _whole(self) -> bool:
        """Whether the outputs keep all there ever was: then what is nowhere in them never came out."""
        return all(reach.first == 0 for at, reach in self.known.items() if at.topic != self.raw)

    def _answers_from(self, at: Partition, account: Account) -> int:
        """The raw offset from which on all outputs can answer, at the first look: some had forgotten what was older."""
        forgetful = {place for place, reach in self.known.items() if reach.first > 0}
        oldest = (low for (place, raw), low in self._oldest.items() if raw == at and place in forgetful)
        return max(oldest, default=account.start)

    def _answers_for(self, at: Partition, reach: Reach) -> bool:
        """Whether nothing that came out of a partition is forgotten: it is an output, or new since the last run."""
        made_since = bool(self.before.raw) and name(at) not in self.before.raw
        return at.topic != self.raw or self._whole or made_since or reach.first == reach.high

    def _opened(self, at: Partition, lowest: int) -> Account:
        reach = self.known.get(at)
        return Account(start=min(reach.first, lowest) if reach is not None and self._answers_for(at, reach) else lowest)

    def _misses(self, path: str, file: File) -> bool:
        at = _partition(path)
        account = self.landed.get(at) if at is not None else None
        return account is not None and bool(account.settled.gaps(file.first, file.end))


def _facts(storage: Storage, at: Partition, account: Account) -> Account:
    settled = proofs.recall(storage, at)
    return Account(start=account.start, settled=settled, held=account.held - settled)


def _partition(path: str) -> Partition | None:
    place = landed(path)
    return Partition(topic=place.topic, number=place.partition) if place is not None else None
