"""A storage that can be read, and written to without a trace: what is written is kept here, for whoever reads it."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from connections.storage import Entry, Leftover, Storage, StorageMissing

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Sandbox:
    """Over a real storage, to which nothing is written. Made for one question; one thread writes."""

    def __init__(self, real: Storage) -> None:
        self.root = real.root
        self._real = real
        self._written: dict[str, bytes] = {}
        self._deleted: set[str] = set()

    def list(self, prefix: str) -> Iterator[Entry]:
        """Both, by path."""
        found = {each.path: each for each in self._real.list(prefix) if each.path not in self._deleted}
        mine = ((path, data) for path, data in self._written.items() if path.startswith(prefix))
        found |= {path: Entry(path=path, size=len(data), version=_version(data), modified=NEVER) for path, data in mine}
        return iter([found[path] for path in sorted(found)])

    def get(self, path: str) -> tuple[bytes, str]:
        """What was written here, else what is there."""
        if path in self._written:
            return self._written[path], _version(self._written[path])
        if path in self._deleted:
            raise StorageMissing(path)
        return self._real.get(path)

    def put_new(self, path: str, data: bytes) -> bool:
        """Keep it here, unless it is here or there."""
        try:
            self.get(path)
        except StorageMissing:
            self._written[path] = data
            return True
        return False

    def swap(self, path: str, data: bytes, version: str) -> bool:
        """Keep it here, where the version is that of what would be read."""
        try:
            _, there = self.get(path)
        except StorageMissing:
            return False
        if there == version:
            self._written[path] = data
        return there == version

    def delete(self, path: str) -> None:
        """Forget it, for whoever asks here."""
        self._written.pop(path, None)
        self._deleted.add(path)

    def leftovers(self, prefix: str, before: datetime) -> Iterator[Leftover]:
        """Those of the real one."""
        return self._real.leftovers(prefix, before)

    def discard(self, leftover: Leftover) -> None:
        """Nothing."""

    def uri(self, path: str) -> str:
        """The address that it would have."""
        return self._real.uri(path)


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
