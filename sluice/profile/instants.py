"""Instants as microseconds since 1970, and back."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def instant(microseconds: int) -> datetime:
    """The instant; what no datetime can hold is the first or the last that one can."""
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return _FIRST if microseconds < 0 else _LAST


def bounds(instants: pa.Array) -> tuple[datetime, datetime] | None:
    """The first and the last of a column of instants; None where all are null."""
    if instants.null_count == len(instants):
        return None
    found = pc.min_max(instants.view(pa.int64()))
    return instant(found["min"].as_py()), instant(found["max"].as_py())


def first(a: datetime | None, b: datetime | None) -> datetime | None:
    """The earlier of two, where both are known; else the one that is."""
    return b if a is None else a if b is None else min(a, b)


def last(a: datetime | None, b: datetime | None) -> datetime | None:
    """The later of two, where both are known; else the one that is."""
    return b if a is None else a if b is None else max(a, b)
