"""Two versions of a schema side by side: each difference, which direction it breaks, why, and the way out.

BACKWARD: what was written with the old schema can be read with the new one. FORWARD: the other way round. FULL: both.
Sources: the compatibility levels of Confluent-compatible registries; draft-07 for what a schema takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sluice.compat.cover import Cover
from sluice.compat.documents import Documents
from sluice.compat.harmless import changes
from sluice.compat.reason import Reason
from sluice.compat.words import sentence, way_out
from sluice.contract.stream import Compatibility

Schema = dict[str, Any]


class Breaks(StrEnum):
    """Which readers a difference breaks."""

    BACKWARD = "backward"
    FORWARD = "forward"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. ``pointer`` (RFC 6901) leads into the schema; ``kind`` is stable, sentences may improve."""

    pointer: str
    kind: str
    breaks: Breaks
    sentence: str
    way_out: str = ""


_LEVELS: Final[dict[Compatibility, frozenset[Breaks]]] = {
    Compatibility.NONE: frozenset(),
    Compatibility.BACKWARD: frozenset({Breaks.BACKWARD, Breaks.BOTH}),
    Compatibility.BACKWARD_TRANSITIVE: frozenset({Breaks.BACKWARD, Breaks.BOTH}),
    Compatibility.FORWARD: frozenset({Breaks.FORWARD, Breaks.BOTH}),
    Compatibility.FORWARD_TRANSITIVE: frozenset({Breaks.FORWARD, Breaks.BOTH}),
    Compatibility.FULL: frozenset({Breaks.BACKWARD, Breaks.FORWARD, Breaks.BOTH}),
    Compatibility.FULL_TRANSITIVE: frozenset({Breaks.BACKWARD, Breaks.FORWARD, Breaks.BOTH}),
}


def compare(old: Schema, new: Schema) -> tuple[Difference, ...]:
    """Every difference between two schemas: those that break a direction first, in the order of the schema.

    What cannot be proven compatible is told as breaking; what is called compatible is.
    """
    try:
        return _compare(Documents(old, new))
    except RecursionError:
        said = "The schemas are nested too deeply to be compared"
        return (Difference(pointer="", kind="no-proof", breaks=Breaks.BOTH, sentence=said, way_out="nest them less"),)


def reasons(level: Compatibility, old: Schema, new: Schema) -> tuple[Difference, ...]:
    """The differences that the level forbids; none means compatible.

    For a transitive level, call it with each earlier version as ``old``.
    """
    return tuple(difference for difference in compare(old, new) if forbids(level, difference))


def forbids(level: Compatibility, difference: Difference) -> bool:
    """Whether the level forbids the difference."""
    return difference.breaks in _LEVELS[level]


def _compare(documents: Documents) -> tuple[Difference, ...]:
    backward = Cover(documents).doubts((documents.old,), documents.new, "")
    forward = Cover(documents).doubts((documents.new,), documents.old, "")
    breaking = tuple(_breaking(backward, forward))
    told = [difference.pointer for difference in breaking]
    harmless = tuple(
        Difference(pointer=change.pointer, kind=change.kind, breaks=Breaks.NONE, sentence=change.sentence)
        for change in changes(documents.old, documents.new)
        if not any(f"{pointer}/".startswith(f"{change.pointer}/") for pointer in told)
    )
    return (*breaking, *harmless)


def _breaking(backward: tuple[Reason, ...], forward: tuple[Reason, ...]) -> Iterator[Difference]:
    reverse = {(reason.pointer, reason.kind): reason for reason in forward}
    for reason in backward:
        said, other = (
            sentence(reason, "old records", "the new schema"),
            reverse.pop((reason.pointer, reason.kind), None),
        )
        if other is not None:
            said = f"{said}; {_lowered(sentence(other, 'new records', 'the old schema'))}"
        yield _difference(reason, said, Breaks.BACKWARD if other is None else Breaks.BOTH)
    for reason in reverse.values():
        yield _difference(reason, sentence(reason, "new records", "the old schema"), Breaks.FORWARD)


def _difference(reason: Reason, said: str, breaks: Breaks) -> Difference:
    return Difference(pointer=reason.pointer, kind=reason.kind, breaks=breaks, sentence=said, way_out=way_out(reason))


def _lowered(said: str) -> str:
    return said[0].lower() + said[1:]
