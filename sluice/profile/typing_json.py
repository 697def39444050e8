"""JSON values as typed columns: the type that is declared, or that most of the first values have."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluice.profile.cells import Cells
from sluice.profile.columns import INSTANT_TYPE

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1


class Typed(StrEnum):
    """What a column of JSON values is made of."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TIMESTAMP = "timestamp"
    DATE = "date"
    NESTED = "nested"


_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)")
_ARROW: Final = {
    Typed.BOOLEAN: pa.bool_(),
    Typed.INTEGER: pa.int64(),
    Typed.NUMBER: pa.float64(),
    Typed.TEXT: pa.string(),
    Typed.TIMESTAMP: pa.string(),
    Typed.DATE: pa.string(),
    Typed.NESTED: pa.list_(pa.null()),
}


def type_of(values: Sequence[Any]) -> Typed | None:
    """The type of most values; None where all are null. Integers among numbers are numbers."""
    seen = Counter(map(_type, (value for value in values if value is not None)))
    if not seen:
        return None
    if Typed.NUMBER in seen:
        seen[Typed.NUMBER] += seen.pop(Typed.INTEGER, 0)
    return max(seen, key=lambda each: (seen[each], each))


def widened(held: Typed, found: Typed | None) -> Typed:
    """The type of a column that had one and meets another: only integers become numbers, and instants text."""
    if held is Typed.INTEGER and found is Typed.NUMBER:
        return Typed.NUMBER
    if held in (Typed.TIMESTAMP, Typed.DATE) and found is Typed.TEXT:
        return Typed.TEXT
    return held


def column(cells: Cells, type_: Typed, rows: int) -> tuple[pa.Array, list[int]]:
    """A column of so many rows, null where the cells have no value, and the rows whose value does not fit."""
    fits = _FITS[type_]
    good = [value if value is None or fits(value) else None for value in cells.values]
    unfit = [
        row
        for row, value, kept in zip(cells.rows, cells.values, good, strict=True)
        if kept is None and value is not None
    ]
    if type_ is Typed.NESTED:
        good = [None if value is None else [] for value in good]
    packed = pa.array(good, _ARROW[type_])
    if type_ in (Typed.TIMESTAMP, Typed.DATE):
        packed, out_of_calendar = _instants(packed, type_)
        unfit.extend(cells.rows[position] for position in out_of_calendar)
    return _spread(packed, cells.rows, rows), unfit


def absent(cells: Cells, rows: int) -> npt.NDArray[np.int64]:
    """The rows that do not have the field at all."""
    mask = np.ones(rows, np.bool_)
    mask[cells.rows] = False
    return np.flatnonzero(mask)


def _spread(packed: pa.Array, at: list[int], rows: int) -> pa.Array:
    if len(packed) == rows:
        return packed
    places = np.full(rows, -1, np.int64)
    places[at] = np.arange(len(at))
    return packed.take(pa.array(places, mask=places < 0))


def _type(value: Any) -> Typed:
    match value:
        case bool():
            return Typed.BOOLEAN
        case int():
            return Typed.INTEGER if INT64_MIN <= value <= INT64_MAX else Typed.NUMBER
        case float():
            return Typed.NUMBER
        case str():
            return (
                Typed.TIMESTAMP if _TIMESTAMP.fullmatch(value) else Typed.DATE if _DATE.fullmatch(value) else Typed.TEXT
            )
        case _:
            return Typed.NESTED


def _is_integer(value: Any) -> bool:
    return type(value) is int and INT64_MIN <= value <= INT64_MAX


def _is_number(value: Any) -> bool:
    return type(value) is float or type(value) is int


def _is_timestamp(value: Any) -> bool:
    return isinstance(value, str) and _TIMESTAMP.fullmatch(value) is not None


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


_FITS: Final[dict[Typed, Callable[[Any], bool]]] = {
    Typed.BOOLEAN: lambda value: type(value) is bool,
    Typed.INTEGER: _is_integer,
    Typed.NUMBER: _is_number,
    Typed.TEXT: lambda value: type(value) is str,
    Typed.TIMESTAMP: _is_timestamp,
    Typed.DATE: _is_date,
    Typed.NESTED: lambda value: isinstance(value, dict | list),
}


def _instants(texts: pa.Array, type_: Typed) -> tuple[pa.Array, list[int]]:
    """Texts of the right form as instants; those that name no instant of the calendar one by one become null."""
    target = INSTANT_TYPE if type_ is Typed.TIMESTAMP else pa.date32()
    plain = pc.replace_substring_regex(pc.ascii_upper(texts), r"(\.\d{6})\d+", r"\1")  # no finer than a microsecond
    try:
        return plain.cast(target), []
    except pa.ArrowInvalid:
        cells = [_one(plain[position : position + 1], target) for position in range(len(plain))]
        wrong = [position for position, cell in enumerate(cells) if cell is None and texts[position].is_valid]
        numbers = pa.array(cells, _NUMBERS[target])
        return numbers.cast(target), wrong


_NUMBERS: Final = {INSTANT_TYPE: pa.int64(), pa.date32(): pa.int32()}


def _one(text: pa.Array, target: pa.DataType) -> int | None:
    try:
        number: int | None = text.cast(target).view(_NUMBERS[target])[0].as_py()
    except pa.ArrowInvalid:
        return None
    return number
