"""All that was staged of one object so far, folded from its batches; kept every so often so that a start is quick."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import unquote

import msgspec

from connections.storage import Entry, Storage
from sla.erased import erased
from sla.paths import TOPIC, Folders, bronze
from sla.remembered import remembered
from sla.staging.batches import Batch, Batches, Done, Staged, Trouble
from sluice.profile.model import Arrivals
from sluice.profile.periods import merge_arrivals
from sluice.terminal import Fault

KEEP_EVERY: Final = 64
BATCHES_MAX: Final = 100_000
TROUBLES_MAX: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Staging:
    """What the batches 1 to ``through`` came to. ``files`` are the bronze files that they took.

    ``dead_letters`` are the topics of dead letters among them, whatever the contract calls its topics by now.
    Periods in ``erased`` are gone, or about to go: ``staged`` has none of their files.
    """

    through: int = 0
    files: frozenset[str] = frozenset()
    staged: tuple[Staged, ...] = ()
    arrivals: Arrivals = field(default_factory=Arrivals)
    watermarks: dict[int, datetime] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    rows: int = 0
    bytes: int = 0
    cpu_seconds: float = 0.0
    erased: frozenset[str] = frozenset()
    dead_letters: frozenset[str] = frozenset()

    @property
    def topics(self) -> frozenset[str]:
        """The topics that files were taken of."""
        return frozenset(unquote(each) for each in {path.split("/")[1].removeprefix(TOPIC) for path in self.files})

    def of(self, period: str) -> tuple[Staged, ...]:
        """The typed files of a period, by path."""
        return tuple(sorted((each for each in self.staged if each.period == period), key=lambda each: each.path))

    @property
    def periods(self) -> tuple[str, ...]:
        """The labels of all periods that have rows, in order."""
        return tuple(sorted({each.period for each in self.staged}))


def by_period(staging: Staging) -> dict[str, tuple[Staged, ...]]:
    """The typed files of all periods that have rows, in order: for whoever asks period after period."""
    found: dict[str, list[Staged]] = {}
    for each in sorted(staging.staged, key=lambda each: (each.period, each.path)):
        found.setdefault(each.period, []).append(each)
    return {label: tuple(files) for label, files in found.items()}


def fold(staging: Staging, batch: Batch, done: Done) -> Staging:
    """The staging with one more batch."""
    marks = staging.watermarks
    return Staging(
        through=batch.number,
        files=staging.files | set(batch.files),
        staged=(*staging.staged, *done.staged),
        arrivals=merge_arrivals([staging.arrivals, done.arrivals]),
        watermarks={**marks, **{each: max(marks.get(each, at), at) for each, at in done.watermarks.items()}},
        troubles=(*staging.troubles, *done.troubles)[-TROUBLES_MAX:],
        rows=staging.rows + done.rows,
        bytes=staging.bytes + done.bytes,
        cpu_seconds=staging.cpu_seconds + done.cpu_seconds,
        dead_letters=staging.dead_letters | set(batch.dead_letters),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What staging needs: where, what to do with a batch, how large one may be, and whom to tell of progress.

    ``taken`` are topics of other objects, which may have had another name here once.
    """

    storage: Storage
    folders: Folders
    validated: str
    dead_letter: str
    taken: frozenset[str]
    stage: Callable[[Batch], Done]
    batch_bytes: int
    tell: Callable[[int, int], None]  # bytes done, bytes to do


def recall(storage: Storage, folders: Folders) -> Staging:
    """What was staged so far, as the batches tell it; nothing is staged for it."""
    return _but_erased(_so_far(storage, folders), storage, folders)


def bring_up(work: Work) -> Staging:
    """Stage everything that has landed, and answer the staging with it."""
    batches = Batches(work.storage, work.folders)
    staging = _so_far(work.storage, work.folders)
    landed = _landed(work, staging)
    total = sum(entry.size for entry in landed if entry.path not in staging.files)
    finished = 0
    for _ in range(BATCHES_MAX):
        batch = _next(work, batches, staging, landed)
        if batch is None:
            return _but_erased(staging, work.storage, work.folders)
        done = batches.outcome(batch.number) or batches.close(work.stage(batch))
        staging = fold(staging, batch, done)
        finished += done.bytes
        work.tell(finished, max(total, finished))
        if staging.through % KEEP_EVERY == 0:
            work.storage.put_new(_keep_at(work.folders, staging.through), msgspec.json.encode(staging))
    raise Fault(f"more than {BATCHES_MAX} batches in one run of {work.folders.contract}; run again")


def _so_far(storage: Storage, folders: Folders) -> Staging:
    batches = Batches(storage, folders)
    staging = _kept(storage, folders)
    for _ in range(BATCHES_MAX):
        number = staging.through + 1
        batch, done = batches.manifest(number), batches.outcome(number)
        if batch is None or done is None:
            return staging
        staging = fold(staging, batch, done)
    raise Fault(f"more than {BATCHES_MAX} batches of {folders.contract} since its state was kept")


def _landed(work: Work, staging: Staging) -> list[Entry]:
    """What is there of the topics, and of those that had their place before they were renamed."""
    topics = {work.validated, work.dead_letter, *(staging.topics - work.taken)}
    return sorted((entry for topic in topics for entry in work.storage.list(bronze(topic))), key=_by_hour)


def _next(work: Work, batches: Batches, staging: Staging, landed: list[Entry]) -> Batch | None:
    """The next batch: one that is written already, or a new one of what is left; None when nothing is."""
    number = staging.through + 1
    if (written := batches.manifest(number)) is not None:
        return written
    files = list(_fitting((entry for entry in landed if entry.path not in staging.files), work.batch_bytes))
    if not files:
        return None
    dead_letters = {work.dead_letter, *(staging.dead_letters - {work.validated})}
    return batches.open(number, files, dead_letters) or batches.manifest(number)


def _fitting(left: Iterator[Entry], at_most: int) -> Iterator[str]:
    size = 0
    for entry in left:
        if size and size + entry.size > at_most:
            return
        size += entry.size
        yield entry.path


def _by_hour(entry: Entry) -> tuple[str, str]:
    """The oldest landed hour first, whatever its topic."""
    return entry.path.partition("/dt=")[2][:16], entry.path


def _keep_at(folders: Folders, through: int) -> str:
    return f"{folders.state}kept/{through:08d}.json"


def _kept(storage: Storage, folders: Folders) -> Staging:
    kept = [entry.path for entry in storage.list(f"{folders.state}kept/")]
    if not kept:
        return Staging()
    return remembered(storage, kept[-1], Staging)[0]


def _but_erased(staging: Staging, storage: Storage, folders: Folders) -> Staging:
    """Without the files of periods that retention has taken, whenever they were staged: late rows of them as well."""
    gone = frozenset(erased(storage, folders))
    return replace(staging, erased=gone, staged=tuple(each for each in staging.staged if each.period not in gone))
