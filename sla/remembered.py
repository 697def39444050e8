"""What the job remembers, read back from the lake: JSON of one type, or a sentence about what is there instead."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

import msgspec

from connections.storage import Storage, StorageMissing
from sluice.profile.codec import Unreadable, decode
from sluice.profile.model import PeriodProfile
from sluice.terminal import Fault

Kept = TypeVar("Kept")
Fresh = TypeVar("Fresh")
TRIES: Final = 20
WAY_OUT: Final = "it is cut short, was changed by hand, or is of another release; restore it from a copy of the lake"


def remembered(storage: Storage, path: str, kind: type[Kept]) -> tuple[Kept, str]:
    """The value and its version. StorageMissing where nothing is there; Fault where it is no such value."""
    data, version = storage.get(path)
    try:
        return msgspec.json.decode(data, type=kind), version
    except (msgspec.DecodeError, UnicodeDecodeError):  # its words may quote what is there
        raise Fault(f"{storage.uri(path)} cannot be understood: {WAY_OUT}") from None


def remembered_or(storage: Storage, path: str, kind: type[Kept], fresh: Fresh) -> tuple[Kept | Fresh, str | None]:
    """The same; ``fresh`` without a version where nothing is there yet."""
    try:
        return remembered(storage, path, kind)
    except StorageMissing:
        return fresh, None


def change(
    storage: Storage, path: str, kind: type[Kept], fresh: Fresh, to: Callable[[Kept | Fresh], Kept | Fresh]
) -> Kept | Fresh | None:
    """Read, change, write, and again from the start where somebody else wrote in between; what is there by then.

    None where others were first every time. Nothing is written where nothing is to be changed.
    """
    for _ in range(TRIES):
        before, version = remembered_or(storage, path, kind, fresh)
        after = to(before)
        if after == before:
            return before
        data = msgspec.json.encode(after)
        if storage.put_new(path, data) if version is None else storage.swap(path, data, version):
            return after
    return None


def profile_at(storage: Storage, path: str) -> PeriodProfile:
    """The profile of a staged file. StorageMissing where there is none; Fault where it is none."""
    try:
        return decode(storage.get(path)[0])
    except Unreadable as why:
        raise Fault(f"{storage.uri(path)}: {why}; {WAY_OUT}") from None


def instant_at(storage: Storage, path: str) -> datetime:
    """An instant with its zone, as ISO 8601. StorageMissing where there is none; Fault where it is none."""
    data, _ = storage.get(path)
    try:
        found: datetime | None = datetime.fromisoformat(data.decode())
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Fault(f"{storage.uri(path)} cannot be understood: {WAY_OUT}")
    return found
