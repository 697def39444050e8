"""Arrays: items by position and beyond, sizes, uniqueness and contains."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Final

from sluice.compat.keywords.scalars import size
from sluice.compat.reason import Reason, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluice.compat.cases import Case
    from sluice.compat.cover import Cover
    from sluice.compat.documents import Schema


def item(part: dict[str, Any], index: int | None) -> Schema:
    """What the schema asks of the item at this index; None means one beyond all that are named."""
    found: Schema | list[Schema] = part.get("items", True)
    if not isinstance(found, list):
        return found
    beyond: Schema = part.get("additionalItems", True)
    return found[index] if index is not None and index < len(found) else beyond


def longest(case: Case, cover: Cover) -> float:
    """How many items such an array has at most, closed tuples included."""
    most = case.sizes("Items").high
    for index in range(_named(case.parts) + 1):
        schemas = tuple(item(part, index) for part in case.parts)
        if index < most and not cover.doubts(schemas, False, ""):  # noqa: FBT003 - the schema that takes nothing
            return index
    return most


def items(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Items that the reader's items at the same place refuse."""
    if "items" not in reader:
        return
    named = max(_named(case.parts), _named((reader,)))
    most = longest(case, cover)
    for index in (*range(named), None):
        if (named if index is None else index) >= most:
            continue
        writers = tuple(item(part, index) for part in case.parts)
        yield from cover.doubts(writers, item(reader, index), _place(reader, index, pointer))


def unique(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Arrays that repeat an item."""
    if reader.get("uniqueItems") and not any(case.all("uniqueItems")) and longest(case, cover) > 1:
        yield Reason(pointer=step(pointer, "uniqueItems"), kind="repeated")


def contains(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Arrays without the item that the reader looks for."""
    if "contains" not in reader:
        return
    promised = any(not cover.doubts((has,), reader["contains"], "") for has in case.all("contains"))
    first = tuple(item(part, 0) for part in case.parts)
    filled = case.sizes("Items").low > 0 and not cover.doubts(first, reader["contains"], "")
    if not promised and not filled:
        yield Reason(pointer=step(pointer, "contains"), kind="contains")


def most_items(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Sizes, where a closed tuple bounds them too."""
    for reason in size("Items", "items")(cover, case, reader, pointer):
        if reason.kind != "too-many" or longest(case, cover) > reader.get("maxItems", inf):
            yield reason


def _named(parts: tuple[dict[str, Any], ...]) -> int:
    return max((len(part["items"]) for part in parts if isinstance(part.get("items"), list)), default=0)


def _place(reader: dict[str, Any], index: int | None, pointer: str) -> str:
    if not isinstance(reader["items"], list):
        return step(pointer, "items")
    if index is not None and index < len(reader["items"]):
        return step(pointer, "items", index)
    return step(pointer, "additionalItems")


ARRAY: Final[tuple[Callable[..., Iterator[Reason]], ...]] = (items, most_items, unique, contains)
