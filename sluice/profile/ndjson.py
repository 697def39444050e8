"""Lines of JSON as batches of typed columns, in bounded memory; what no contract declares takes the type it shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import pyarrow as pa

from sluice.profile.cells import Cells, Flattening
from sluice.profile.prepared import Positions
from sluice.profile.typing_json import Typed, absent, column, type_of, widened

BLOCK_ROWS: Final = 16_384
BLOCK_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A batch, with the positions of the cells that were absent, and of those that do not fit their type."""

    batch: pa.RecordBatch
    absent: Mapping[str, Positions]
    unfit: Mapping[str, Positions]


@dataclass(slots=True)
class JsonReader:
    """Reads lines; ``types`` are those of the declared fields, to which it adds what it finds.

    ``unreadable`` counts the lines that hold no JSON object, ``first_unreadable`` is the number of the first.
    """

    types: dict[str, Typed] = field(default_factory=dict)
    opaque: frozenset[str] = frozenset()
    unreadable: int = 0
    first_unreadable: int | None = None
    _declared: frozenset[str] = frozenset()
    _flattening: Flattening = field(default_factory=Flattening)

    def __post_init__(self) -> None:
        self._declared = frozenset(self.types)
        self._flattening.known.update(dict.fromkeys(self.types))

    @property
    def fields_beyond(self) -> int:
        """Cells left out because there were too many fields."""
        return self._flattening.beyond

    def blocks(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[Block]:
        """The lines, given with their numbers, as batches."""
        rows: list[dict[str, Any]] = []
        size = 0
        for number, line in lines:
            row = _object(line)
            if row is None:
                self.unreadable += 1
                self.first_unreadable = self.first_unreadable or number
                continue
            rows.append(row)
            size += len(line)
            if len(rows) >= BLOCK_ROWS or size >= BLOCK_BYTES:
                yield self._block(rows)
                rows, size = [], 0
        if rows:
            yield self._block(rows)

    def _block(self, rows: list[dict[str, Any]]) -> Block:
        found = self._flattening.cells(rows, self.opaque)
        columns, unfit = {}, {}
        for name, cells in found.items():
            columns[name], wrong = self._column(name, cells, len(rows))
            if wrong:
                unfit[name] = wrong
        batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
        return Block(batch=batch, absent={name: absent(cells, len(rows)) for name, cells in found.items()}, unfit=unfit)

    def _column(self, name: str, cells: Cells, rows: int) -> tuple[pa.Array, list[int]]:
        if name not in self._declared:
            seen = type_of(cells.values)
            held = self.types.get(name, seen)
            if held is not None:
                self.types[name] = widened(held, seen)
        type_ = self.types.get(name)
        return (pa.nulls(rows), []) if type_ is None else column(cells, type_, rows)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return row if isinstance(row, dict) else None
