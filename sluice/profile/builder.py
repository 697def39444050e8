"""Batches of rows in, profiles by slice out: one pass, in bounded memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sluice.profile.grouping import groups
from sluice.profile.keep import kept
from sluice.profile.model import ALL, Profile, SliceKey
from sluice.profile.prepared import Positions, Prepared, prepared
from sluice.profile.slice_tally import SliceTally
from sluice.profile.spec import SEGMENTS_MAX, ProfileSpec, SliceSet

CHUNK_ROWS: Final = 262_144
CHUNK_BYTES: Final = 64 << 20
"""Small batches are counted together up to these bounds, large ones in pieces: what a call costs is shared by many."""

_NOWHERE: Final[Mapping[str, Positions]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    batch: pa.RecordBatch
    absent: Mapping[str, Positions]
    unfit: Mapping[str, Positions]


@dataclass(slots=True)
class ProfileBuilder:
    """Counts rows as they come. Batches may differ in their columns: a column counts the rows that have it."""

    spec: ProfileSpec
    slices_max: int = SEGMENTS_MAX
    _tallies: dict[SliceKey, SliceTally] = field(default_factory=dict)
    _waiting: list[_Waiting] = field(default_factory=list)
    _rows: int = 0
    _bytes: int = 0

    def add(
        self,
        batch: pa.RecordBatch,
        *,
        absent: Mapping[str, Positions] = _NOWHERE,
        unfit: Mapping[str, Positions] = _NOWHERE,
    ) -> None:
        """Count a batch.

        A typed column cannot tell why a cell is null: ``absent`` and ``unfit`` give, by field name, the positions in
        this batch (from 0) of the cells whose record had no such field, or a value that does not fit the type.
        """
        if self._waiting and not self._waiting[-1].batch.schema.equals(batch.schema):
            self._flush()
        self._waiting.append(_Waiting(batch=batch, absent=absent, unfit=unfit))
        self._rows += batch.num_rows
        self._bytes += batch.nbytes
        if self._rows >= CHUNK_ROWS or self._bytes >= CHUNK_BYTES:
            self._flush()

    def slices(self) -> dict[SliceKey, Profile]:
        """The profiles so far; the one of all rows is always there."""
        self._flush()
        self._tally(ALL, SliceSet(sketches=True, lateness=True))
        return {key: tally.profile() for key, tally in self._tallies.items()}

    def _flush(self) -> None:
        waiting, self._waiting, self._rows, self._bytes = self._waiting, [], 0, 0
        if not waiting:
            return
        absent = _shifted([(each.batch, each.absent) for each in waiting])
        unfit = _shifted([(each.batch, each.unfit) for each in waiting])
        rows = prepared(_joined([each.batch for each in waiting]), self.spec, absent, unfit)
        for start in range(0, max(rows.table.num_rows, 1), CHUNK_ROWS):
            self._count(rows.cut(start, CHUNK_ROWS))

    def _count(self, rows: Prepared) -> None:
        self._tally(ALL, SliceSet(sketches=True, lateness=True)).add(rows)
        for wanted in self.spec.slices:
            self._count_slices(rows, wanted)

    def _count_slices(self, rows: Prepared, wanted: SliceSet) -> None:
        found = groups(rows, wanted)
        if found is None:
            return
        keep = kept([*self._tallies, *found.keys], self.slices_max)
        self._tallies = {key: tally for key, tally in self._tallies.items() if key in keep}
        by_group = rows.sorted_by(found.order, wanted.columns, lateness=wanted.lateness)
        for key, start, count in zip(found.keys, found.starts, found.counts, strict=True):
            if key in keep:
                self._tally(key, wanted).add(by_group.cut(start, count))

    def _tally(self, key: SliceKey, wanted: SliceSet) -> SliceTally:
        held = self._tallies.get(key)
        if held is None:
            held = self._tallies[key] = SliceTally(self.spec, wanted.sketches, wanted.lateness)
        return held


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    columns = [pa.concat_arrays(columns) for columns in zip(*(batch.columns for batch in batches), strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=batches[0].schema)


def _shifted(parts: list[tuple[pa.RecordBatch, Mapping[str, Positions]]]) -> dict[str, Positions]:
    """Positions in the batches as positions in all of them, one after another."""
    together: dict[str, list[npt.NDArray[np.int64]]] = {}
    start = 0
    for batch, positions in parts:
        for name, rows in positions.items():
            together.setdefault(name, []).append(np.asarray(rows, np.int64) + start)
        start += batch.num_rows
    return {name: np.concatenate(rows) for name, rows in together.items()}
