"""From which raw offset on the outputs can answer for what was judged: what is gone from them cannot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

APART_MS: Final = 60_000  # by how much the clocks of two TaskManagers, and the order of a partition, may differ


class Kept(StrEnum):
    """What a partition of an output keeps of what was written to it."""

    WHOLE = "whole"
    EXPIRED = "expired"  # old records are gone, by retention
    COMPACTED = "compacted"  # any record but the newest of its key may be gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one output partition tells about one raw partition.

    ``oldest`` is the raw offset of the oldest record of that raw partition that is still there, None where there is
    none; ``since_ms`` is when the oldest record there, of whichever raw partition, was judged, None where it is empty.
    """

    kept: Kept
    oldest: int | None = None
    since_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOut:
    """The raw offsets of one raw partition that the outputs carry, in any order, and when each was judged."""

    offsets: Sequence[int] = ()
    judged_at_ms: Sequence[int] = ()


def horizon(first: int, came_out: CameOut, outputs: Iterable[Carried], *, judged_to: int = 0) -> int:
    """The raw offset from which on a gap means something; ``first`` is the oldest that the raw topic holds.

    Each output partition that has forgotten anything is a bound, since the records of a raw partition may lie in all
    of them (keys hashed in another way, or none). One that carries records of the raw partition answers from the oldest
    on. One that carries none answers for what was judged after its oldest record, and for nothing where it is empty. A
    compacted one answers for the newest only: a gap before it may be a record that a newer one of its key has
    replaced, and judging it again would write an older version over a newer one.

    ``judged_to`` is what the consumer group was told: the best that is left where outputs that forget carry nothing.
    """
    newest = max(came_out.offsets, default=max(first, judged_to))
    bounds = [first]
    silent: list[int | None] = []
    for output in outputs:
        match output.kept:
            case Kept.WHOLE:
                continue
            case Kept.COMPACTED:
                bounds.append(newest)
            case Kept.EXPIRED if output.oldest is not None:
                bounds.append(output.oldest)
            case Kept.EXPIRED:
                silent.append(output.since_ms)
    since = [at for at in silent if at is not None]
    if silent and (len(since) < len(silent) or not came_out.offsets):
        bounds.append(newest)
    elif since:
        bounds.append(_judged_by(max(since) + APART_MS, came_out, first))
    return max(bounds)


def _judged_by(at_ms: int, came_out: CameOut, first: int) -> int:
    judged = zip(came_out.offsets, came_out.judged_at_ms, strict=True)
    return max((offset for offset, at in judged if at <= at_ms), default=first)
