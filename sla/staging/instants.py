"""Instants and days that everybody can hold: of the years 1 to 9999, in UTC. Any other is null here, and counted.

Arrow's columns hold more than Python's datetimes, Iceberg's statistics and people do. A column is looked at once, where
it is made; behind that nobody has to expect what cannot be shown.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

TIMESTAMP: Final = pa.timestamp("us", tz="UTC")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST: Final = datetime.min.replace(tzinfo=UTC)
LAST: Final = datetime.max.replace(tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
IN_A_SECOND: Final = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
FIRST_SECOND: Final = (FIRST - EPOCH) // SECOND
LAST_SECOND: Final = (LAST - EPOCH) // SECOND
SECONDS_OF_A_DAY: Final = 86_400


def instants(column: pa.Array) -> pa.Array:
    """A column of timestamps of any unit as instants in microseconds; those without a zone are UTC."""
    ticks = column.view(pa.int64())
    held = pc.if_else(_holdable(ticks, column.type), ticks, pa.scalar(None, pa.int64()))
    return held.view(pa.timestamp(column.type.unit, "UTC")).cast(TIMESTAMP, safe=False)


def all_holdable(column: pa.Array) -> bool:
    """Whether no instant and no day of a column, at any depth, lies outside."""
    kind = column.type
    if pa.types.is_struct(kind):
        return all(all_holdable(column.field(at)) for at in range(kind.num_fields))
    if pa.types.is_map(kind):
        return all_holdable(column.items)
    if pa.types.is_list(kind):
        return all_holdable(column.values)
    if not (pa.types.is_timestamp(kind) or pa.types.is_date32(kind)):
        return True
    ticks = column.view(pa.int32() if pa.types.is_date32(kind) else pa.int64())
    found = pc.all(_holdable(ticks, kind)).as_py()
    return found is not False  # None: there is nothing but nulls


def _holdable(ticks: pa.Array, kind: pa.DataType) -> pa.Array:
    low, high = _bounds(kind)
    return pc.and_(pc.greater_equal(ticks, low), pc.less_equal(ticks, high))


def _bounds(kind: pa.DataType) -> tuple[int, int]:
    """In the type's own ticks; those that it cannot count to bound nothing."""
    if pa.types.is_date32(kind):
        return FIRST_SECOND // SECONDS_OF_A_DAY, LAST_SECOND // SECONDS_OF_A_DAY
    per = IN_A_SECOND[kind.unit]
    return max(FIRST_SECOND * per, -(2**63)), min(LAST_SECOND * per + per - 1, 2**63 - 1)
