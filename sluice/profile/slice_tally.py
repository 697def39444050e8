"""One slice of the rows, counted batch by batch."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluice.profile import instants
from sluice.profile.column_tally import Cells, ColumnTally, Wanted
from sluice.profile.lateness_tally import LatenessTally
from sluice.profile.model import CLOCKS, PAIRS, Profile
from sluice.profile.prepared import CREDIBLE, Prepared
from sluice.profile.runs import Coordinates
from sluice.profile.spec import ProfileSpec


@dataclass(slots=True)
class SliceTally:
    """Counts of one slice; ``lateness`` False counts none."""

    spec: ProfileSpec
    sketches: bool
    lateness: bool
    _rows: int = 0
    _columns: dict[str, ColumnTally] = field(default_factory=dict)
    _lateness: dict[str, LatenessTally] = field(default_factory=dict)
    _spans: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    _counted: dict[str, int] = field(default_factory=dict)
    _versions: dict[str, int] = field(default_factory=dict)

    def add(self, rows: Prepared) -> None:
        """Count rows."""
        self._rows += rows.table.num_rows
        coordinates = _coordinates(rows) if self.spec.ordered else None
        for name, kind in rows.kinds.items():
            cells = Cells(
                kind=kind,
                column=rows.part(f"cell:{name}"),
                absent=_trues(rows.part(f"absent:{name}")),
                unfit=_trues(rows.part(f"unfit:{name}")),
                coordinates=coordinates,
            )
            self._column(name).add(cells)
        for clock in (*CLOCKS, CREDIBLE):
            self._span(clock, rows.part(f"clock:{clock}"))
        for pair in PAIRS if self.lateness else ():
            if (seconds := rows.part(f"late:{pair}")) is not None:
                self._lateness.setdefault(pair, LatenessTally()).add(seconds.to_numpy(zero_copy_only=False))
        for rule in self.spec.counted:
            self._counted[rule] = self._counted.get(rule, 0) + (pc.sum(rows.part(f"counted:{rule}")).as_py() or 0)
        if (versions := rows.part("version")) is not None:
            for each in pc.value_counts(versions).to_pylist():
                self._versions[each["values"]] = self._versions.get(each["values"], 0) + each["counts"]

    def profile(self) -> Profile:
        """What was counted so far."""
        spans = {
            f"{clock}_{end}": at for clock, span in self._spans.items() for end, at in zip(_ENDS, span, strict=True)
        }
        credible = spans.pop(f"{CREDIBLE}_last", None)
        spans.pop(f"{CREDIBLE}_first", None)
        return Profile(
            rows=self._rows,
            columns={name: column.profile() for name, column in self._columns.items()},
            lateness={pair: tally.lateness() for pair, tally in self._lateness.items()},
            event_credible=credible,
            counted=dict(self._counted),
            versions=dict(self._versions),
            **spans,
        )

    def _column(self, name: str) -> ColumnTally:
        held = self._columns.get(name)
        if held is None:
            wanted = Wanted(
                tokens=self.spec.tokens.get(name, ()),
                classified=self.spec.hides(name),
                sketches=self.sketches,
                ordered=name in self.spec.ordered,
            )
            held = self._columns[name] = ColumnTally(wanted)
        return held

    def _span(self, clock: str, column: pa.Array | None) -> None:
        found = None if column is None else instants.bounds(column)
        if found is not None:
            held = self._spans.get(clock, found)
            self._spans[clock] = min(found[0], held[0]), max(found[1], held[1])


_ENDS = ("first", "last")


def _trues(marks: pa.Array | None) -> int:
    return 0 if marks is None else int(marks.true_count)


def _coordinates(rows: Prepared) -> Coordinates | None:
    partitions, offsets = rows.part("partition"), rows.part("offset")
    if partitions is None or offsets is None or partitions.null_count or offsets.null_count:
        return None
    return Coordinates(partitions=np.asarray(partitions.to_numpy()), offsets=np.asarray(offsets.to_numpy()))
