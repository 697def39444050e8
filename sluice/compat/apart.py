"""Whether two cases share no document, as far as this can be proven."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sluice.compat.keywords.objects import asked

if TYPE_CHECKING:
    from sluice.compat.cases import Case
    from sluice.compat.cover import Cover


def apart(cover: Cover, case: Case, other: Case) -> bool:
    """Whether no document is of both cases; False where it cannot be told."""
    if other.values is not None:
        return not any(_takes(cover, case, value) for value in other.values)
    if case.type != other.type:
        return True
    match case.type:
        case "integer" | "fraction":
            return case.numbers().apart(other.numbers()) or _never_a_multiple(case, other)
        case "string":
            return case.sizes("Length").apart(other.sizes("Length"))
        case "array":
            return case.sizes("Items").apart(other.sizes("Items"))
        case "object":
            return case.sizes("Properties").apart(other.sizes("Properties")) or _clash(cover, case, other)
        case _:
            return False


def _takes(cover: Cover, case: Case, value: object) -> bool:
    kind = {"type": "number" if case.type == "fraction" else case.type}
    return cover.documents.takes(kind, value) and all(cover.documents.takes(part, value) for part in case.parts)


def _never_a_multiple(case: Case, other: Case) -> bool:
    """A number with a fraction is no multiple of a whole step."""
    whole = [Fraction(str(step)).denominator == 1 for each in (case, other) for step in each.all("multipleOf")]
    return case.type == "fraction" and any(whole)


def _clash(cover: Cover, case: Case, other: Case) -> bool:
    """Whether some property must be there and cannot satisfy both."""
    return any(
        not cover.doubts((*asked(case, name), *asked(other, name)), False, "")  # noqa: FBT003 - the schema of nothing
        for name in sorted(case.required() | other.required())
    )
