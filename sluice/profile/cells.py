"""Decoded JSON by dotted name: which rows have the field, and what they hold in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

FIELDS_MAX: Final = 2_000
"""Maps written as objects have endless names: what comes after so many fields is left out, and counted."""
DEPTH_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one field: the rows that have it, rising, and their values as JSON decodes them."""

    rows: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Flattening:
    """Fields seen so far, across blocks: a field that a block does not have is absent in all of its rows."""

    known: dict[str, None] = field(default_factory=dict)
    beyond: int = 0

    def cells(self, rows: Sequence[Mapping[str, Any]], opaque: Iterable[str] = ()) -> dict[str, Cells]:
        """The cells of a block. The fields of ``opaque`` objects are not looked into."""
        found = {name: Cells() for name in self.known}
        closed = frozenset(opaque)
        for position, row in enumerate(rows):
            waiting = [(row, "", 1)]
            for part, prefix, depth in waiting:
                for key, value in part.items():
                    name = prefix + key
                    held = found.get(name) or self._met(name, found)
                    if held is None:
                        continue
                    held.rows.append(position)
                    held.values.append(value)
                    if type(value) is dict and depth < DEPTH_MAX and name not in closed:
                        waiting.append((value, name + ".", depth + 1))
        return found

    def _met(self, name: str, found: dict[str, Cells]) -> Cells | None:
        if len(self.known) >= FIELDS_MAX:
            self.beyond += 1
            return None
        self.known[name] = None
        found[name] = Cells()
        return found[name]
