"""Numbers and text: bounds, steps, lengths, patterns and formats."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any, Final

from sluice.compat.reason import Reason, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluice.compat.cases import Case
    from sluice.compat.cover import Check, Cover


def bounds(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Numbers outside the reader's bounds."""
    del cover
    has = case.numbers()
    for word in ("minimum", "exclusiveMinimum"):
        limit = reader.get(word)
        if limit is not None and (
            has.low < limit or (has.low == limit and word == "exclusiveMinimum" and not has.low_open)
        ):
            yield Reason(pointer=step(pointer, word), kind="below", facts={"limit": limit, "has": _end(has.low)})
    for word in ("maximum", "exclusiveMaximum"):
        limit = reader.get(word)
        if limit is not None and (
            has.high > limit or (has.high == limit and word == "exclusiveMaximum" and not has.high_open)
        ):
            yield Reason(pointer=step(pointer, word), kind="above", facts={"limit": limit, "has": _end(has.high)})


def multiple(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Numbers that are no multiples of the reader's step."""
    del cover
    if "multipleOf" not in reader:
        return
    asked = Fraction(str(reader["multipleOf"]))
    steps = [Fraction(str(value)) for value in case.all("multipleOf")] + (
        [Fraction(1)] if case.type == "integer" else []
    )
    if not any((each / asked).denominator == 1 for each in steps):
        facts = {"step": reader["multipleOf"]}
        yield Reason(pointer=step(pointer, "multipleOf"), kind="not-a-multiple", facts=facts)


def size(what: str, noun: str) -> Check:
    """The check that the reader takes all the sizes of the case; ``what`` is Length, Items or Properties."""

    def check(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
        del cover
        has = case.sizes(what)
        least, most = reader.get(f"min{what}"), reader.get(f"max{what}")
        if least is not None and has.low < least:
            facts = {"limit": least, "has": _end(has.low), "noun": noun}
            yield Reason(pointer=step(pointer, f"min{what}"), kind="too-few", facts=facts)
        if most is not None and has.high > most:
            facts = {"limit": most, "has": _end(has.high), "noun": noun}
            yield Reason(pointer=step(pointer, f"max{what}"), kind="too-many", facts=facts)

    return check


def same(word: str, kind: str) -> Check:
    """The check that the case is under the very word of the reader (a pattern, a format): others cannot be compared."""

    def check(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
        del cover
        if word in reader and reader[word] not in case.all(word):
            yield Reason(pointer=step(pointer, word), kind=kind, facts={"asked": reader[word]})

    return check


def _end(value: float) -> float | None:
    return None if value in {inf, -inf} else value


NUMBER: Final[tuple[Callable[..., Iterator[Reason]], ...]] = (bounds, multiple)
STRING: Final[tuple[Callable[..., Iterator[Reason]], ...]] = (
    size("Length", "characters"),
    same("pattern", "pattern"),
    same("format", "format"),
)
