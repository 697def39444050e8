"""What the ledger remembers of one object, so that the next run reads new files only; swapped, never overwritten."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from connections.storage import Storage, StorageMissing
from sla.ledger.coordinates import Oddity
from sla.paths import Folders
from sluice.ledger.account import Account
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets
from sluice.terminal import Fault

FORMAT: Final = 1
TRIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A bronze file that was read: its rows lie in [first, end) of its partition. ``batch`` 0: it waits for one.

    ``raw`` are the lowest and the highest raw offset of its rows, by raw partition.
    """

    version: str
    rows: int
    first: int
    end: int
    raw: dict[int, tuple[int, int]]
    batch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An account as it is written."""

    start: int
    settled: str
    doubled: str
    held: str

    @classmethod
    def of(cls, account: Account) -> "Kept":
        """For writing."""
        return cls(
            start=account.start,
            settled=account.settled.text(),
            doubled=account.doubled.text(),
            held=account.held.text(),
        )

    def account(self) -> Account:
        """As it was."""
        return Account(
            start=self.start,
            settled=Offsets.of_text(self.settled),
            doubled=Offsets.of_text(self.doubled),
            held=Offsets.of_text(self.held),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment: raw offsets below ``raw`` had come out by then, and the outputs ended at ``ends`` (high watermarks)."""

    raw: dict[str, int]
    ends: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All of it; partitions are named ``topic/number``.

    ``files`` are bronze files by path; ``gone`` those that somebody has deleted or changed; ``released`` those that
    retention has deleted.
    ``raw`` are the raw partitions that Kafka had.
    ``due`` are raw offsets below which everything has come out and landed; ``mark`` waits to become that. Batches up to
    ``staged`` were compared, those of them that are ``uneven`` did not balance.
    """

    format: int = FORMAT
    files: dict[str, File] = field(default_factory=dict)
    gone: dict[str, File] = field(default_factory=dict)
    released: dict[str, File] = field(default_factory=dict)
    landed: dict[str, Kept] = field(default_factory=dict)
    judged: dict[str, Kept] = field(default_factory=dict)
    raw: tuple[str, ...] = ()
    due: dict[str, int] = field(default_factory=dict)
    mark: Mark | None = None
    staged: int = 0
    uneven: tuple[int, ...] = ()
    oddities: tuple[Oddity, ...] = ()


def name(partition: Partition) -> str:
    """As the memory names it: no topic has a slash."""
    return f"{partition.topic}/{partition.number}"


def partition(named: str) -> Partition:
    """Of that name."""
    topic, _, number = named.rpartition("/")
    return Partition(topic=topic, number=int(number))


def accounts(kept: Mapping[str, Kept]) -> dict[Partition, Account]:
    """By partition."""
    return {partition(each): told.account() for each, told in kept.items()}


def kept(accounts: Mapping[Partition, Account]) -> dict[str, Kept]:
    """For writing."""
    return {name(each): Kept.of(account) for each, account in sorted(accounts.items())}


def path(folders: Folders) -> str:
    """Where the memory is."""
    return f"{folders.state}ledger"


def recall(storage: Storage, folders: Folders) -> tuple[Memory, str | None]:
    """The memory and its version; a fresh one, and None, where there is none."""
    try:
        data, version = storage.get(path(folders))
    except StorageMissing:
        return Memory(), None
    try:
        memory = msgspec.json.decode(zlib.decompress(data), type=Memory)
    except (zlib.error, msgspec.DecodeError):
        raise Fault(
            f"{storage.uri(path(folders))} is no memory of a ledger; move it away, and everything is read again"
        ) from None
    if memory.format != FORMAT:
        raise Fault(f"{storage.uri(path(folders))} is of format {memory.format}; this version of sluice reads {FORMAT}")
    return memory, version


def remember(storage: Storage, folders: Folders, memory: Memory, version: str | None) -> bool:
    """Write it; False where another run was first: its memory stands, and is as good."""
    data = zlib.compress(msgspec.json.encode(memory))
    return storage.put_new(path(folders), data) if version is None else storage.swap(path(folders), data, version)


def release(storage: Storage, folders: Folders, paths: Iterable[str]) -> None:
    """Retention is about to delete these bronze files: that they are gone will be no loss."""
    leaving = frozenset(paths)
    for _ in range(TRIES):
        memory, version = recall(storage, folders)
        told = replace(
            memory,
            files={each: file for each, file in memory.files.items() if each not in leaving},
            released=memory.released | {each: file for each, file in memory.files.items() if each in leaving},
        )
        if told == memory or remember(storage, folders, told, version):
            return
    raise Fault(f"the ledger of {folders.contract} changes under our hands: do several runs overlap?")
