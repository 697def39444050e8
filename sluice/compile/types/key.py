"""The keys of a map: always text in JSON, so each key type is a schema of text."""

from collections.abc import Iterator
from typing import Final

from sluice.compile.types import moment, plain
from sluice.compile.value import Build, Complaint, Schema, TypeCompiler
from sluice.contract.model import Field, LogicalType, Options

_TEXTS: Final[dict[LogicalType, TypeCompiler]] = {
    LogicalType.STRING: plain.STRING,
    LogicalType.DATE: moment.DATE,
    LogicalType.TIME: moment.TIME,
    LogicalType.TIMESTAMP: moment.TIMESTAMP,
}
_PATTERNS: Final[dict[LogicalType, str]] = {
    LogicalType.INTEGER: "^(?:0|-?[1-9][0-9]{0,18})$",
    LogicalType.NUMBER: "^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$",
    LogicalType.BOOLEAN: "^(?:true|false)$",
}
_MOMENT_BOUNDS: Final = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum")


def key_schema(key: Field) -> Schema:
    """The ``propertyNames`` schema of a map with these keys; empty where any text is a key."""
    if key.logical_type in _TEXTS:
        schema = _TEXTS[key.logical_type].schema(key, Build(child=_no_child, closed=True))
        schema.pop("type")
    else:
        schema = Schema(pattern=_PATTERNS[key.logical_type])
    return schema | ({"enum": [_spelled(value) for value in key.enum]} if key.enum else {})


def key_complaints(key: Field) -> Iterator[Complaint]:
    """What about these keys no JSON object can hold or no schema can judge."""
    if key.logical_type in _PATTERNS:
        if key.options != Options():
            yield Complaint(
                code="map-key-options",
                message=f"keys are text in JSON, so the options of a {key.logical_type} cannot be judged on them",
                way_out="drop the options, list the keys as an enum, or declare string keys with a pattern",
            )
        return
    if key.logical_type not in _TEXTS:
        yield Complaint(
            code="map-key-type",
            message=f"a map's keys cannot be of the type {key.logical_type}: keys are text in JSON",
            way_out="use string keys, or an array of objects with a key and a value",
        )
        return
    if key.logical_type is not LogicalType.STRING and any(getattr(key.options, name) for name in _MOMENT_BOUNDS):
        yield Complaint(
            code="map-key-options",
            message="bounds in time cannot be judged on a map's keys",
            way_out="drop the bounds, or say them with a quality rule in CEL",
        )
    yield from _TEXTS[key.logical_type].complaints(key)


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _no_child(field: Field) -> Schema:
    raise AssertionError(f"a key has no parts, and '{field.name}' was asked for")
