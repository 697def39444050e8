"""JSON values as typed columns: the type that is declared, or that most of the first values have."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from types import NoneType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sluice.profile.cells import Cells
from sluice.profile.columns import INSTANT_TYPE
from sluice.profile.tokens import truths

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


_FORMS: Final = {
    Typed.TIMESTAMP: r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$",
    Typed.DATE: r"^\d{4}-\d\d-\d\d$",
}
_PYTHON: Final[dict[Typed, frozenset[type]]] = {
    Typed.BOOLEAN: frozenset({bool, NoneType}),
    Typed.INTEGER: frozenset({int, NoneType}),
    Typed.NUMBER: frozenset({int, float, NoneType}),
    Typed.TEXT: frozenset({str, NoneType}),
    Typed.TIMESTAMP: frozenset({str, NoneType}),
    Typed.DATE: frozenset({str, NoneType}),
    Typed.NESTED: frozenset({dict, list, NoneType}),
}
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
    kinds = set(map(type, values)) - {NoneType}
    if not kinds:
        return None
    if kinds == {int} and _are_64_bit(values):
        return Typed.INTEGER
    if kinds == {str}:
        return _type_of_texts(pa.array(values, pa.string()))
    seen = Counter(map(_type, (value for value in values if value is not None)))
    if Typed.NUMBER in seen:
        seen[Typed.NUMBER] += seen.pop(Typed.INTEGER, 0)
    return max(seen, key=lambda each: (seen[each], each))


def _type_of_texts(texts: pa.Array) -> Typed:
    counts = {type_: truths(pc.match_substring_regex(texts, form)).sum() for type_, form in _FORMS.items()}
    best = max(counts, key=lambda type_: counts[type_])
    return best if counts[best] > (len(texts) - texts.null_count) / 2 else Typed.TEXT


def widened(held: Typed, found: Typed | None) -> Typed:
    """The type of a column that had one and meets another: only integers become numbers, and instants text."""
    if held is Typed.INTEGER and found is Typed.NUMBER:
        return Typed.NUMBER
    if held in (Typed.TIMESTAMP, Typed.DATE) and found is Typed.TEXT:
        return Typed.TEXT
    return held


def column(cells: Cells, type_: Typed, rows: int) -> tuple[pa.Array, list[int]]:
    """A column of so many rows, null where the cells have no value, and the rows whose value does not fit."""
    good, wrong = _fitting(cells.values, type_)
    if type_ is Typed.NUMBER:
        good = [None if value is None else float(value) for value in good]  # Arrow refuses integers past 2^53
    packed = pa.array(good, _ARROW[type_])
    if type_ in _FORMS:
        packed, of_no_calendar = _instants(packed, type_)
        wrong = sorted({*wrong, *of_no_calendar})
    return _spread(packed, cells.rows, rows), [cells.rows[position] for position in wrong]


def _fitting(values: Sequence[Any], type_: Typed) -> tuple[Sequence[Any], list[int]]:
    """The values with null in the place of those that are not of the type, and the positions of these."""
    of_type = set(map(type, values)) <= _PYTHON[type_]
    if type_ is Typed.NESTED:
        fits: list[Any] = [None if value is None or type(value) not in _PYTHON[type_] else [] for value in values]
    elif of_type and (type_ is not Typed.INTEGER or _are_64_bit(values)):
        return values, []
    else:
        fits = [value if _fits(value, type_) else None for value in values]
    wrong = [
        position
        for position, (value, kept) in enumerate(zip(values, fits, strict=True))
        if kept is None and value is not None
    ]
    return fits, wrong


def _fits(value: Any, type_: Typed) -> bool:
    return type(value) in _PYTHON[type_] and (type_ is not Typed.INTEGER or value is None or _are_64_bit((value,)))


def _are_64_bit(values: Sequence[int | None]) -> bool:
    numbers = [value for value in values if value is not None]
    return not numbers or (min(numbers) >= INT64_MIN and max(numbers) <= INT64_MAX)


def absent(cells: Cells, rows: int) -> npt.NDArray[np.int64]:
    """The rows that do not have the field at all."""
    if len(cells.rows) == rows:
        return np.zeros(0, np.int64)
    mask = np.ones(rows, np.bool_)
    mask[list(cells.rows)] = False
    return np.flatnonzero(mask)


def _spread(packed: pa.Array, at: Sequence[int], rows: int) -> pa.Array:
    if len(packed) == rows:
        return packed
    places = np.full(rows, -1, np.int64)
    places[np.asarray(at, np.int64)] = np.arange(len(at))
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
            return Typed.TEXT
        case _:
            return Typed.NESTED


def _instants(texts: pa.Array, type_: Typed) -> tuple[pa.Array, list[int]]:
    """Texts as instants, and the positions of those that are none, in their form or in the calendar."""
    target = INSTANT_TYPE if type_ is Typed.TIMESTAMP else pa.date32()
    formed = pc.match_substring_regex(texts, _FORMS[type_])
    plain = pc.if_else(formed, texts, pa.scalar(None, pa.string()))
    plain = pc.replace_substring_regex(pc.ascii_upper(plain), r"(\.\d{6})\d+", r"\1")  # no finer than a microsecond
    try:
        found = plain.cast(target)
    except pa.ArrowInvalid:
        cells = [_one(plain[position : position + 1], target) for position in range(len(plain))]
        found = pa.array(cells, _NUMBERS[target]).cast(target)
    wrong = truths(pc.and_(texts.is_valid(), found.is_null()))
    return found, np.flatnonzero(wrong).tolist()


_NUMBERS: Final = {INSTANT_TYPE: pa.int64(), pa.date32(): pa.int32()}


def _one(text: pa.Array, target: pa.DataType) -> int | None:
    try:
        number: int | None = text.cast(target).view(_NUMBERS[target])[0].as_py()
    except pa.ArrowInvalid:
        return None
    return number
