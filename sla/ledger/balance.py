"""Balancing the ledger of one object: ask, list, read what is new, prove, compare, remember.

The orders keep promises. Groups are asked before files are listed: what the landing was told of is in a file by then.
Ends are asked after: whatever is in a file lies below them. Proofs are written before the memory that rests on them.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connections.storage import Storage
from sla.estate import Subject
from sla.ledger import accepted, faults, memory
from sla.ledger.accepted import Accepted
from sla.ledger.books import Accounts, Books
from sla.ledger.compared import Uneven
from sla.ledger.concern import Map
from sla.ledger.ledger import Effort, Ledger, StagedBalance
from sla.ledger.log import Heard, Log
from sla.ledger.memory import Mark, Memory
from sla.ledger.reading import Reader
from sla.ledger.witness import Groups, Told, due_of_outputs, moment, passed, prove, told
from sla.staging.intake import Progress, silent
from sla.staging.staged import Staging, recall
from sluice.ledger.account import Line, Reach, line
from sluice.ledger.balance import Partition

Dues = Mapping[Partition, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How to balance. ``full`` reads every file again; ``staging`` is recalled where the caller has none."""

    groups: Groups = field(default_factory=Groups)
    staging: Staging | None = None
    full: bool = False
    tell: Progress = silent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Balanced:
    """What a run came to. ``reach`` is None where nobody could be asked."""

    books: Books
    staging: Staging
    uneven: tuple[Uneven, ...]
    due_landed: Dues
    due_judged: Dues
    reach: Mapping[Partition, Reach] | None
    accepted: Accepted


def balance_of(subject: Subject, storage: Storage, log: Log | None, asked: Asked | None = None) -> Ledger:
    """The ledger of an object as of now; Unanswered where Kafka does not answer, Fault where the storage does not.

    Without a log it tells what files alone can tell, and remembers nothing.
    """
    asked, log = asked or Asked(), Heard(log) if log is not None else None
    started = time.monotonic()
    before, version = memory.recall(storage, subject.folders)
    topics = (subject.stream.raw, subject.stream.validated, subject.stream.dead_letter)
    at_first = told(log, asked.groups, topics[1:], topics[0]) if log else Told()
    staging = asked.staging or recall(storage, subject.folders)
    reader = Reader(subject, storage, before, staging, asked.tell)
    reader.list()
    full = asked.full or reader.changed
    books = _open(reader, at_first, full=full)
    uneven = reader.take(books, full=full)
    books.complete(full=full)
    if log is None:
        due, reach = {memory.partition(each): at for each, at in before.due.items()}, None
        due_landed: Dues = _highest(books.landed)
    else:
        reach = log.reach(topics)
        due_landed = due_of_outputs(books.landed, at_first.landing, reach)
        due, mark = _due(books, at_first, due_landed, reach, log)
        for accounts, dues in ((books.landed, due_landed), (books.judged, due)):
            prove(accounts, dues, reach, log, storage)
        after = _after(books, staging, uneven, due, mark)
        if after != before:
            memory.remember(storage, subject.folders, after, version)
    balanced = _Balanced(
        books=books,
        staging=staging,
        uneven=uneven,
        due_landed=due_landed,
        due_judged=due,
        reach=reach,
        accepted=accepted.recall(storage, subject.folders),
    )
    return _ledger(subject, reader, balanced, full=full, seconds=time.monotonic() - started)


def _open(reader: Reader, at_first: Told, *, full: bool) -> Books:
    raw, before = reader.subject.stream.raw, reader.before
    if not full:
        return Books.open(raw, before, at_first.known)
    gone = {path: file for path, file in before.files.items() if path not in reader.entries}
    return Books.afresh(raw, before, at_first.known, gone, reader.storage)


def _due(
    books: Books, at_first: Told, due_landed: Dues, reach: Mapping[Partition, Reach], log: Log
) -> tuple[dict[Partition, int], Mark | None]:
    """Below which offset each raw partition has to be in bronze, and the moment that waits to tell more.

    What had come out at some moment has to be there once all has landed that the outputs held by then.
    """
    before = books.before
    due = {memory.partition(each): at for each, at in before.due.items()}
    now = moment(books.judged, at_first.judging, reach, books.raw)
    for mark, waits in ((now, None), (before.mark, now)):
        if mark is not None and passed(mark, books.landed, due_landed, reach, log):
            later = {memory.partition(each): at for each, at in mark.raw.items()}
            return {at: max(due.get(at, 0), later.get(at, 0)) for at in {*due, *later}}, waits
    return due, before.mark or now


def _after(books: Books, staging: Staging, uneven: tuple[Uneven, ...], due: Dues, mark: Mark | None) -> Memory:
    return replace(
        books.kept(),
        due={memory.name(at): offset for at, offset in sorted(due.items())},
        mark=mark,
        staged=max(books.before.staged, staging.through),
        uneven=tuple(each.batch for each in uneven),
    )


def _ledger(subject: Subject, reader: Reader, balanced: _Balanced, *, full: bool, seconds: float) -> Ledger:
    books, staging = balanced.books, balanced.staging
    where = Map(staging.staged, books.files)
    excused, raw = balanced.accepted, subject.stream.raw
    landed = tuple(map(excused.line, _lines(books.landed, balanced.due_landed, balanced.reach, reader.former)))
    judged = tuple(map(excused.line, _lines(books.judged, balanced.due_judged, balanced.reach)))
    oddities = (*(each for each in books.oddities if each.path in books.files), *reader.oddities)
    waiting = [entry for path, entry in reader.entries.items() if path not in staging.files]
    return Ledger(
        contract=subject.contract.id,
        object=subject.described.name,
        raw=raw,
        asked=balanced.reach is not None,
        landed=landed,
        judged=judged,
        staged=StagedBalance(
            through=staging.through,
            rows=sum(each.rows for each in staging.staged),
            uneven=balanced.uneven,
            waiting_files=len(waiting),
            waiting_bytes=sum(entry.size for entry in waiting),
        ),
        faults=(
            *faults.of_landed(landed, excused.gone(books.gone), where),
            *faults.of_judged(judged, where),
            *faults.of_staged(excused.uneven(balanced.uneven, raw), raw, where),
            *faults.of_oddities(excused.oddities(oddities), books.files, where),
        ),
        highest=where.highest,
        arrivals=staging.arrivals,
        effort=Effort(files=reader.files, bytes=reader.bytes, rows=books.rows, seconds=seconds, full=full),
        accepted=excused.acceptances,
    )


def _highest(accounts: Accounts) -> dict[Partition, int]:
    return {at: account.settled.highest + 1 if account.settled else account.start for at, account in accounts.items()}


def _lines(
    accounts: Accounts, due: Dues, reach: Mapping[Partition, Reach] | None, former: frozenset[str] = frozenset()
) -> tuple[Line, ...]:
    """An account of a partition that Kafka does not have reaches to nothing: all of it is stray.

    Of topics that the contract calls otherwise by now nobody was asked.
    """

    def end(at: Partition) -> int | None:
        if reach is None or at.topic in former:
            return None
        return reach[at].high if at in reach else 0

    return tuple(line(at, account, due.get(at, account.start), end(at)) for at, account in sorted(accounts.items()))
