"""Decoded JSON by dotted name: which rows have the field, and what they hold in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

FIELDS_MAX: Final = 2_000
"""Maps written as objects have endless names: what comes after so many fields is left out, and counted."""
DEPTH_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one field: the rows that have it, rising, and their values as JSON decodes them."""

    rows: Sequence[int] = ()
    values: Sequence[Any] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """Objects at one place of the records, and the rows that they are of."""

    prefix: str
    depth: int
    at: Sequence[int]
    objects: Sequence[dict[str, Any]]


@dataclass(slots=True)
class Flattening:
    """Fields seen so far, across blocks: a field that a block does not have is absent in all of its rows."""

    known: dict[str, None] = field(default_factory=dict)
    beyond: int = 0

    def cells(self, rows: Sequence[dict[str, Any]], opaque: Iterable[str] = ()) -> dict[str, Cells]:
        """The cells of a block. The fields of ``opaque`` objects are not looked into."""
        found = {name: Cells() for name in self.known}
        closed = frozenset(opaque)
        waiting = [_Level(prefix="", depth=1, at=range(len(rows)), objects=rows)] if rows else []
        for level in waiting:
            for key, cells in _columns(level.at, level.objects).items():
                name = level.prefix + key
                if name not in self.known and len(self.known) >= FIELDS_MAX:
                    self.beyond += len(cells.rows)
                    continue
                self.known[name] = None
                found[name] = cells
                if level.depth < DEPTH_MAX and name not in closed and dict in set(map(type, cells.values)):
                    waiting.append(_below(level, name, cells))
        return found


def _below(level: _Level, name: str, cells: Cells) -> _Level:
    held = [(row, value) for row, value in zip(cells.rows, cells.values, strict=True) if type(value) is dict]
    return _Level(
        prefix=f"{name}.",
        depth=level.depth + 1,
        at=[row for row, _ in held],
        objects=[value for _, value in held],
    )


def _columns(at: Sequence[int], objects: Sequence[dict[str, Any]]) -> dict[str, Cells]:
    """The values by key. Most files have the same keys in the same order in every record: those are turned at once."""
    keys = tuple(objects[0])
    if all(map(keys.__eq__, map(tuple, objects))):
        turned = zip(*map(dict.values, objects), strict=True)
        return {key: Cells(at, values) for key, values in zip(keys, turned, strict=False)}
    rows: dict[str, list[int]] = {}
    values: dict[str, list[Any]] = {}
    for row, each in zip(at, objects, strict=True):
        for key, value in each.items():
            rows.setdefault(key, []).append(row)
            values.setdefault(key, []).append(value)
    return {key: Cells(rows[key], values[key]) for key in rows}
