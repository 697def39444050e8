"""From which raw offset on the outputs can answer for what was judged: what is gone from them cannot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kept(StrEnum):
    """What an output topic keeps of what was written to it."""

    WHOLE = "whole"
    EXPIRED = "expired"  # old records are gone, by retention
    COMPACTED = "compacted"  # any record but the newest of its key may be gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The least and the greatest raw offset that an output carries of one raw partition."""

    least: int
    greatest: int

    def with_offset(self, offset: int) -> "Span":
        """The span with one more offset in it."""
        return Span(least=min(self.least, offset), greatest=max(self.greatest, offset))


def horizon(first: int, outputs: Iterable[str], kept: Mapping[str, Kept], spans: Mapping[str, Span]) -> int:
    """The raw offset from which on a gap means something; ``first`` is the oldest that the raw topic holds.

    An output that has expired answers from the oldest coordinate that it still carries. A compacted one answers for
    its newest only: a gap before it may be a record that a newer one of its key has replaced, and judging it again
    would write an older version over a newer one. An output that carries nothing any more answers for nothing.
    """
    newest = max((span.greatest for span in spans.values()), default=first)
    bounds = [first]
    for topic in outputs:
        span = spans.get(topic)
        match kept[topic]:
            case Kept.WHOLE:
                continue
            case Kept.EXPIRED:
                bounds.append(newest if span is None else span.least)
            case Kept.COMPACTED:
                bounds.append(newest)
    return max(bounds)
