"""Bringing one object's staging up to what has landed."""

from collections.abc import Callable, Iterable

from connections.storage import Storage
from sla.estate import Subject
from sla.grids import hold_to_grid
from sla.staging.stage import stage
from sla.staging.staged import Staging, Work, bring_up
from sla.staging.typed import Recipe
from sla.staging.versions import layouts
from sluice.profile.contracted import spec_of

Progress = Callable[[int, int], None]


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
        layout_of=layouts(subject, storage),
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
