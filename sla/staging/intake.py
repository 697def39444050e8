"""Bringing one object's staging up to what has landed, with the fields of every version that judged records."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from connections.storage import Storage, StorageMissing
from sla.estate import Subject
from sla.grids import hold_to_grid
from sla.staging.stage import stage
from sla.staging.staged import Staging, Work, bring_up
from sla.staging.typed import Recipe
from sluice.contract.model import Field
from sluice.profile.contracted import spec_of

Progress = Callable[[int, int], None]
_fields: Final = msgspec.json.Decoder(tuple[Field, ...]).decode


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""
    del done, total


def bring_in(
    subject: Subject, storage: Storage, batch_bytes: int, tell: Progress = silent, estate: Iterable[Subject] = ()
) -> Staging:
    """Stage everything of the object that has landed and was not staged; its staging with that.

    ``estate`` are all objects: what was a topic of this one may be another's by now. GridChanged, and nothing staged,
    where the contract asks for other periods than those that the object has.
    """
    hold_to_grid(storage, subject)
    others = (each.stream for each in estate if each.name != subject.name)
    recipe = Recipe(
        folders=subject.folders,
        described=subject.described,
        stream=subject.stream,
        grid=subject.grid,
        spec=spec_of(subject.described),
        fields_of=_fields_of(subject, storage),
    )
    return bring_up(
        Work(
            storage=storage,
            folders=subject.folders,
            validated=subject.stream.validated,
            dead_letter=subject.stream.dead_letter,
            taken=frozenset(topic for each in others for topic in (each.validated, each.dead_letter)),
            stage=lambda batch: stage(storage, recipe, batch),
            batch_bytes=batch_bytes,
            tell=tell,
        )
    )


def _fields_of(subject: Subject, storage: Storage) -> Callable[[str], tuple[Field, ...] | None]:
    """Keep the fields of this version for records that outlive it; answer those of any version that was kept."""
    today = subject.described.fields
    storage.put_new(subject.folders.fields(subject.contract.version), msgspec.json.encode(today))
    known: dict[str, tuple[Field, ...] | None] = {subject.contract.version: today}

    def fields_of(version: str) -> tuple[Field, ...] | None:
        if version not in known:
            try:
                known[version] = _fields(storage.get(subject.folders.fields(version))[0])
            except StorageMissing:
                known[version] = None
        return known[version]

    return fields_of
