"""A world that dies or fails at a chosen step: every write to the storage and to the catalogue is one step."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, Final, TypeVar

from pyiceberg.catalog.sql import SqlCatalog

from connections.storage import Entry, Leftover, Storage
from sla.publishing.warehouse import Published
from sluice.terminal import Fault
from tests.unit.sla.shop import Shop

Made = TypeVar("Made")
NEVER: Final = 0


class Killed(BaseException):
    """The process is gone: no handler of ours may take it for an error."""


@dataclass
class Fate:
    """Dies at the ``at``-th write, having done it or not; or goes on, if something happens ``meanwhile``.

    ``done`` counts the writes, ``last`` says which it was.
    """

    at: int = NEVER
    after: bool = False
    meanwhile: Callable[[], None] | None = None
    done: int = 0
    last: str = ""

    def write(self, what: str, do: Callable[[], Made]) -> Made:
        self.done += 1
        if self.done == self.at:
            self.last = what
            if self.meanwhile is not None:
                self.meanwhile()
                return do()
            if self.after:
                do()
            raise Killed(what)
        return do()


@dataclass
class Mortal:
    """A storage whose writes are steps of a fate."""

    inner: Storage
    fate: Fate

    @property
    def root(self) -> str:
        return self.inner.root

    def list(self, prefix: str) -> Iterator[Entry]:
        return self.inner.list(prefix)

    def get(self, path: str) -> tuple[bytes, str]:
        return self.inner.get(path)

    def put_new(self, path: str, data: bytes) -> bool:
        return self.fate.write(f"put {path}", lambda: self.inner.put_new(path, data))

    def swap(self, path: str, data: bytes, version: str) -> bool:
        return self.fate.write(f"swap {path}", lambda: self.inner.swap(path, data, version))

    def delete(self, path: str) -> None:
        self.fate.write(f"delete {path}", lambda: self.inner.delete(path))

    def leftovers(self, prefix: str, before: datetime) -> Iterator[Leftover]:
        return self.inner.leftovers(prefix, before)

    def discard(self, leftover: Leftover) -> None:
        self.fate.write(f"discard {leftover.path}", lambda: self.inner.discard(leftover))

    def uri(self, path: str) -> str:
        return self.inner.uri(path)


class MortalCatalog(SqlCatalog):
    """A catalogue whose commits are steps of a fate."""

    fate: Fate

    def commit_table(self, *arguments: Any, **named: Any) -> Any:
        return self.fate.write("commit", lambda: super(MortalCatalog, self).commit_table(*arguments, **named))

    def create_namespace(self, *arguments: Any, **named: Any) -> None:
        self.fate.write("namespace", lambda: super(MortalCatalog, self).create_namespace(*arguments, **named))


def mortal_table(shop: Shop, fate: Fate) -> Published:
    """The published table of a shop, with commits that are steps."""
    catalog = MortalCatalog(
        "sluice", uri=f"sqlite:///{shop.folder / 'catalog.db'}", warehouse=f"{shop.lake.root}/warehouse"
    )
    catalog.fate = fate
    return Published(catalog, "sluice", "orders", "order")


@dataclass
class Moody:
    """A storage that fails by chance: before a write, or after it so that its answer is lost; reads fail too.

    ``share`` is how often; a lost answer to a creation comes back as False, as from a client that tries again.
    """

    inner: Storage
    chance: Random
    share: float
    failed: int = 0
    lost: int = 0
    root: str = field(init=False)

    def __post_init__(self) -> None:
        self.root = self.inner.root

    def list(self, prefix: str) -> Iterator[Entry]:
        self._maybe_fail()
        return self.inner.list(prefix)

    def get(self, path: str) -> tuple[bytes, str]:
        self._maybe_fail()
        return self.inner.get(path)

    def put_new(self, path: str, data: bytes) -> bool:
        self._maybe_fail()
        made = self.inner.put_new(path, data)
        self._maybe_fail()
        return made and not self._loses()

    def swap(self, path: str, data: bytes, version: str) -> bool:
        self._maybe_fail()
        if self._loses():  # another was first: nothing is written, or it is and the answer got lost
            return False
        made = self.inner.swap(path, data, version)
        self._maybe_fail()
        return made and not self._loses()

    def delete(self, path: str) -> None:
        self._maybe_fail()
        self.inner.delete(path)

    def uri(self, path: str) -> str:
        return self.inner.uri(path)

    def _maybe_fail(self) -> None:
        if self.chance.random() < self.share:
            self.failed += 1
            raise Fault("the storage does not answer")

    def _loses(self) -> bool:
        lost = self.chance.random() < self.share
        self.lost += lost
        return lost
