"""A folder as storage: for tests, demos and file systems that several machines share."""

import fcntl
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from connections.storage.model import Entry, Leftover, StorageMissing
from sluice.terminal import Fault

LOCK: Final = ".lock"
HIDDEN: Final = (".", "_")  # what writers leave while they write: Hadoop's and Flink's convention
NEW: Final = ".new-"  # ours
IN_PROGRESS: Final = ".inprogress."  # Flink's: .part-...inprogress.<id>


class FolderStorage:
    """Objects are files; a link makes creation atomic, a lock of the system makes a swap so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.root = f"file://{folder}"

    def list(self, prefix: str) -> Iterator[Entry]:
        """Files below the folder that ``prefix`` names, or whose path begins with it."""
        start = self._folder / prefix
        base = start if prefix.endswith("/") or not prefix else start.parent
        for path in sorted(base.rglob("*")) if base.is_dir() else ():
            name = path.relative_to(self._folder).as_posix()
            if name.startswith(prefix) and not path.name.startswith(HIDDEN):
                with suppress(FileNotFoundError):  # retention may take a file while others list
                    told = path.stat()
                    if stat.S_ISREG(told.st_mode):
                        yield _entry(told, name)

    def get(self, path: str) -> tuple[bytes, str]:
        """The file's bytes; their hash is the version."""
        try:
            data = self._at(path).read_bytes()
        except FileNotFoundError:
            raise StorageMissing(path) from None
        except OSError as error:
            raise Fault(f"{self.uri(path)} cannot be read: {error.strerror}") from None
        return data, _version(data)

    def put_new(self, path: str, data: bytes) -> bool:
        """Write aside, then link: the file is there whole or not at all."""
        with self._written(path, data) as aside:
            try:
                os.link(aside, self._at(path))
            except FileExistsError:
                return False
            except OSError as error:
                raise Fault(f"{self.uri(path)} cannot be written: {error.strerror}") from None
        return True

    def swap(self, path: str, data: bytes, version: str) -> bool:
        """Compare and replace under a lock that ends with the process."""
        with self._written(path, data) as aside, self._locked():
            try:
                _, there = self.get(path)
            except StorageMissing:
                return False
            if there != version:
                return False
            aside.replace(self._at(path))
        return True

    def delete(self, path: str) -> None:
        """Unlink."""
        try:
            self._at(path).unlink(missing_ok=True)
        except OSError as error:
            raise Fault(f"{self.uri(path)} cannot be deleted: {error.strerror}") from None

    def leftovers(self, prefix: str, before: datetime) -> Iterator[Leftover]:
        """Hidden files that this class or Flink's file sink writes to, and that nobody has renamed since."""
        base = self._folder / prefix
        for path in sorted(base.rglob(".*")) if base.is_dir() else ():
            if not (path.name.startswith(NEW) or IN_PROGRESS in path.name):
                continue
            with suppress(FileNotFoundError):  # ended while we look
                started = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if started < before:
                    yield Leftover(path=path.relative_to(self._folder).as_posix(), started=started)

    def discard(self, leftover: Leftover) -> None:
        """Unlink."""
        self.delete(leftover.path)

    def _at(self, path: str) -> Path:
        """The file of a path; Fault for one that leads out of the folder."""
        if ".." in path.split("/") or path.startswith("/"):
            raise Fault(f"{path} leads out of {self.root}")
        return self._folder / path

    def uri(self, path: str) -> str:
        """``file://`` and the full path."""
        return f"{self.root}/{path}"

    @contextmanager
    def _written(self, path: str, data: bytes) -> Iterator[Path]:
        target = self._at(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(prefix=NEW, dir=target.parent)
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Fault(f"{self.uri(path)} cannot be written: {error.strerror}") from None
        aside = Path(name)
        try:
            yield aside
        finally:
            aside.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / LOCK).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _entry(told: os.stat_result, name: str) -> Entry:
    return Entry(
        path=name,
        size=told.st_size,
        version=f"{told.st_ino}-{told.st_mtime_ns}-{told.st_size}",
        modified=datetime.fromtimestamp(told.st_mtime, UTC),
    )


def _version(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
