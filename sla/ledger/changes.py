"""Change events that leave no row: tombstones in an envelope, which only their payload tells from others."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sla.ledger.coordinates import Coordinates
from sla.staging import bronze
from sla.staging.cdc import change
from sluice.contract.stream import Stream


def without_rowless(found: Coordinates, data: bytes, stream: Stream, contract: str) -> Coordinates:
    """The coordinates of a file of change events, without those that staging leaves no row of."""
    rowless = {place for rows in bronze.read(data, contract) for place in _rowless(rows, stream)}
    mine = zip(found.raw_partition.tolist(), found.raw_offset.tolist(), strict=True)
    leaves_a_row = np.array([place not in rowless for place in mine], np.bool_)
    return replace(found, row=found.row & leaves_a_row)


def _rowless(rows: bronze.Rows, stream: Stream) -> set[tuple[int, int]]:
    valid = pc.fill_null(pc.equal(rows.verdict, "valid"), fill_value=False)
    chosen = pa.array(np.flatnonzero(valid.to_numpy(zero_copy_only=False)))
    bodies = bronze.payloads(rows, chosen, stream.encoding.value)
    keys = rows.table.column("key").combine_chunks().take(chosen).to_pylist()
    places = zip(rows.raw_partition.take(chosen).to_pylist(), rows.raw_offset.take(chosen).to_pylist(), strict=True)
    return {
        place
        for place, body, key in zip(places, bodies, keys, strict=True)
        if body is not None and change(body, key, stream) is None
    }
