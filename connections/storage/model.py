"""What a storage can do, whatever it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class StorageMissing(Exception):  # noqa: N818 - an answer that the caller expects, no defect
    """There is no such object; its path is the message."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Entry:
    """One object below the root: ``version`` changes with its bytes, ``size`` is in bytes, ``modified`` in UTC."""

    path: str
    size: int
    version: str
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Leftover:
    """What a writer began and has not ended: no object yet, but it takes room. ``upload`` is S3's id, "" for a file."""

    path: str
    started: datetime
    upload: str = ""


class Storage(Protocol):
    """Objects by path below one root. Every call may raise Fault: the storage does not answer, or refuses us."""

    root: str

    def list(self, prefix: str) -> Iterator[Entry]:
        """All objects whose path begins with ``prefix``, by path."""
        ...

    def get(self, path: str) -> tuple[bytes, str]:
        """The bytes and their version; StorageMissing where there are none."""
        ...

    def put_new(self, path: str, data: bytes) -> bool:
        """Create; False, and nothing written, where the object exists (``If-None-Match: *``, RFC 9110)."""
        ...

    def swap(self, path: str, data: bytes, version: str) -> bool:
        """Replace; False, and nothing written, where its version is another by now (``If-Match``)."""
        ...

    def delete(self, path: str) -> None:
        """Remove; nothing happens where there is none."""
        ...

    def leftovers(self, prefix: str, before: datetime) -> Iterator[Leftover]:
        """What was begun below ``prefix`` before an instant and is not ended, by path."""
        ...

    def discard(self, leftover: Leftover) -> None:
        """Give its room back; nothing happens where it is gone, or was ended after all."""
        ...

    def uri(self, path: str) -> str:
        """The object's full address."""
        ...
