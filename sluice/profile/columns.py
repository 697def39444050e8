"""The columns of a batch by dotted name, each in the one form that its kind is counted in."""

from collections.abc import Iterator
from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

INSTANT_TYPE = pa.timestamp("us", "UTC")


class Kind(StrEnum):
    """What can be known of a column, by its type."""

    INTEGER = "integer"
    NUMBER = "number"  # doubles and decimals
    BOOLEAN = "boolean"
    TEXT = "text"
    INSTANT = "instant"  # dates and timestamps
    OPAQUE = "opaque"  # times, durations, bytes: distinct values alone
    NESTED = "nested"  # objects, lists, maps: nulls alone


def kind_of(type_: pa.DataType) -> Kind:
    """The kind of a type of Arrow. A dictionary is what it encodes; a column of nulls is NESTED: nulls alone."""
    if types.is_dictionary(type_):
        return kind_of(type_.value_type)
    return next((kind for kind, tests in _KINDS.items() if any(test(type_) for test in tests)), Kind.NESTED)


_KINDS = {
    Kind.INTEGER: (types.is_integer,),
    Kind.NUMBER: (types.is_floating, types.is_decimal),
    Kind.BOOLEAN: (types.is_boolean,),
    Kind.TEXT: (types.is_string, types.is_large_string),
    Kind.INSTANT: (types.is_timestamp, types.is_date),
    Kind.OPAQUE: (types.is_time, types.is_duration, types.is_binary, types.is_large_binary, types.is_fixed_size_binary),
}


def names_of(schema: pa.Schema, *, underscored: bool = False) -> tuple[str, ...]:
    """Every column and, dotted, every field of an object in it; ``underscored``: also those whose name begins so."""
    wanted = [field for field in schema if underscored or not field.name.startswith("_")]
    return tuple(name for field in wanted for name in _below(field, field.name))


def _below(field: pa.Field, name: str) -> Iterator[str]:
    yield name
    if types.is_struct(field.type):
        for child in field.type:
            yield from _below(child, f"{name}.{child.name}")


def column_of(batch: pa.RecordBatch, name: str) -> pa.Array | None:
    """The column of a dotted name, null where an object around it is; None where the batch has no such column.

    A column whose own name holds the dots is preferred to a field of an object; of two of one name, the first.
    """
    places = batch.schema.get_all_field_indices(name)
    if places:
        return batch.column(min(places))
    head, dot, rest = name.rpartition(".")
    parent = column_of(batch, head) if dot else None
    if parent is None or not types.is_struct(parent.type):
        return None
    position = parent.type.get_field_index(rest)
    return parent.flatten()[position] if position >= 0 else None


def plain(column: pa.Array) -> tuple[Kind, pa.Array]:
    """The column in the form of its kind: no dictionaries, doubles, instants in microseconds UTC.

    Of a nested column only booleans are left, null where the value is.
    """
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = kind_of(column.type)
    match kind:
        case Kind.INSTANT:
            return kind, _instants(column)
        case Kind.NUMBER if types.is_float16(column.type) or types.is_float32(column.type):
            return kind, column.cast(pa.float64())
        case Kind.TEXT:
            return kind, text_of(column)
        case Kind.NESTED:
            valid = pc.is_valid(column)
            return kind, pc.if_else(valid, valid, pa.scalar(None, pa.bool_()))
        case _:
            return kind, column


def text_of(column: pa.Array) -> pa.Array:
    """Text or bytes as text. Parquet promises UTF-8, but nobody holds it to that: other bytes are escaped."""
    try:
        text = column.cast(pa.string())
        text.validate(full=True)
    except pa.ArrowInvalid:
        cells = column.cast(pa.large_binary()).to_pylist()
        return pa.array([None if cell is None else cell.decode("utf-8", "backslashreplace") for cell in cells])
    return text


def _instants(column: pa.Array) -> pa.Array:
    """Times without a zone count as UTC; what is finer than a microsecond is cut off."""
    naive = column.cast(pa.timestamp("us"), safe=False) if types.is_date(column.type) else column
    if naive.type == INSTANT_TYPE:
        return naive
    return naive.cast(pa.timestamp("us", naive.type.tz), safe=False).cast(INSTANT_TYPE)
