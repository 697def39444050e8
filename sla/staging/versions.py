"""How records of each contract version are read: kept by the first run of a version, for records that outlive it."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from connections.storage import Storage, StorageMissing
from sla.estate import Subject
from sla.remembered import remembered
from sluice.contract.model import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The fields of a version, and which of them tells the event time: a later version may know neither by its name."""

    fields: tuple[Field, ...]
    event_time: str | None


Kept = Layout | tuple[Field, ...]
"""Fields alone were kept once."""


def layouts(subject: Subject, storage: Storage) -> Callable[[str], Layout | None]:
    """Keep the layout of this version; answer those of any version that was kept, None for one that was not."""
    today = Layout(fields=subject.described.fields, event_time=subject.stream.event_time)
    storage.put_new(subject.folders.fields(subject.contract.version), msgspec.json.encode(today))
    known: dict[str, Layout | None] = {subject.contract.version: today}

    def layout_of(version: str) -> Layout | None:
        if version not in known:
            known[version] = _kept(subject, storage, version)
        return known[version]

    return layout_of


def _kept(subject: Subject, storage: Storage, version: str) -> Layout | None:
    try:
        path = subject.folders.fields(version)
        kept: Kept = remembered(storage, path, Kept)[0]  # type: ignore[arg-type]  # a union is no class to mypy
    except StorageMissing:
        return None
    return kept if isinstance(kept, Layout) else Layout(fields=kept, event_time=subject.stream.event_time)
