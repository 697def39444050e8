"""One value against one type, strictly: it fits, or it does not; nothing is bent into shape."""

import re
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec
import pyarrow as pa
from msgspec import UNSET

from sla.staging.types import Kind
from sluice.contract.model import LogicalType

INT64: Final = range(-(2**63), 2**63)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_RFC3339: Final = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:)(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
LEAP: Final = "60"


class Unfit(Exception):  # noqa: N818 - an answer about a value, no defect
    """The value is not of the type."""


def fitted(value: Any, kind: Kind, *, stored: bool = False) -> Any:
    """A decoded JSON value as the type takes it; Unfit where any part of it is of another type.

    With ``stored`` text is made a date or a timestamp, as the staged file holds it; else it stays text.
    """
    if value is None:
        return None
    if kind.scalar is not None:
        return _SCALARS[kind.scalar](value, stored=stored)
    if kind.decoded is msgspec.Raw:
        return value if isinstance(value, str | msgspec.Raw) else msgspec.Raw(msgspec.json.encode(value))
    if kind.fields:
        return _object(value, kind, stored=stored)
    if kind.item is None:
        raise Unfit
    if pa.types.is_map(kind.given):
        return _map(value, kind.item, stored=stored)
    if isinstance(value, list):
        return [fitted(each, kind.item, stored=stored) for each in value]
    raise Unfit


def as_given(value: Any, kind: Kind) -> Any:
    """A value of the decoder's making as Arrow takes it: structs as dicts by name, raw JSON as text."""
    if value is None or value is UNSET or kind.scalar is not None:
        return value
    if isinstance(value, msgspec.Raw):
        text = bytes(value).decode()
        return None if text == "null" else text
    if isinstance(value, msgspec.Struct):
        return {name: as_given(getattr(value, f"f{n}"), part) for n, (name, part) in enumerate(kind.fields.items())}
    if isinstance(value, list) and kind.item is not None:
        return [as_given(each, kind.item) for each in value]
    if isinstance(value, dict):
        if kind.fields:
            return {name: as_given(value.get(name), part) for name, part in kind.fields.items()}
        if kind.item is not None:
            return [(key, as_given(each, kind.item)) for key, each in value.items()]
    return value


def _map(value: Any, item: Kind, *, stored: bool) -> dict[str, Any] | list[tuple[str, Any]]:
    """A mapping, or the pairs that Arrow makes a column of; those alone are stored."""
    if stored and isinstance(value, list):
        return [(key, fitted(each, item, stored=True)) for key, each in value]
    if isinstance(value, dict):
        return {key: fitted(each, item, stored=stored) for key, each in value.items()}
    raise Unfit


def _object(value: Any, kind: Kind, *, stored: bool) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit
    return {name: fitted(value.get(name), part, stored=stored) for name, part in kind.fields.items()}


def _string(value: Any, *, stored: bool) -> str:
    del stored
    if isinstance(value, str):
        return value
    raise Unfit


def _integer(value: Any, *, stored: bool) -> int:
    """JSON Schema tells numbers by value: 1.0 is an integer."""
    del stored
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value in INT64:
        return value
    raise Unfit


def _number(value: Any, *, stored: bool) -> float:
    del stored
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise Unfit


def _boolean(value: Any, *, stored: bool) -> bool:
    del stored
    if isinstance(value, bool):
        return value
    raise Unfit


def _date(value: Any, *, stored: bool) -> str | date:
    text = _string(value, stored=stored)
    if not stored:
        return text
    if _DAY.fullmatch(text) is None:
        raise Unfit
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unfit from None


def _timestamp(value: Any, *, stored: bool) -> str | datetime:
    """RFC 3339; digits beyond the microsecond are cut off, a leap second is the last microsecond before it ends."""
    text = _string(value, stored=stored)
    if not stored:
        return text
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise Unfit
    day, clock, second, fraction, zone = match.groups()
    if second == LEAP:
        second, fraction = "59", "999999"
    try:
        told = datetime.fromisoformat(f"{day}T{clock}{second}.{(fraction or '0')[:6]:0<6}{zone.upper()}")
        return told.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unfit from None


_SCALARS: Final = {
    LogicalType.STRING: _string,
    LogicalType.INTEGER: _integer,
    LogicalType.NUMBER: _number,
    LogicalType.BOOLEAN: _boolean,
    LogicalType.DATE: _date,
    LogicalType.TIME: _string,
    LogicalType.TIMESTAMP: _timestamp,
}
