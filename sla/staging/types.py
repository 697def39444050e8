"""From a contract's fields to types: what msgspec decodes, and what the staged files hold."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
import pyarrow as pa
from msgspec import UNSET, UnsetType

from sla.staging.instants import TIMESTAMP
from sluice.contract.model import Field, LogicalType

_SCALARS: Final[Mapping[LogicalType, tuple[Any, pa.DataType, pa.DataType]]] = {
    # what the decoder takes, the Arrow type of what it gives, and the Arrow type that is stored
    LogicalType.STRING: (str, pa.string(), pa.string()),
    LogicalType.INTEGER: (int, pa.int64(), pa.int64()),
    LogicalType.NUMBER: (float, pa.float64(), pa.float64()),
    LogicalType.BOOLEAN: (bool, pa.bool_(), pa.bool_()),
    LogicalType.DATE: (str, pa.string(), pa.date32()),
    LogicalType.TIME: (str, pa.string(), pa.string()),  # RFC 3339 with a zone: no warehouse has a type for it
    LogicalType.TIMESTAMP: (str, pa.string(), TIMESTAMP),
}


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A field's three types. ``stored`` differs from ``given`` where text becomes a date or a timestamp.

    An object's ``fields`` are those of its parts; a list's or a map's ``item`` is that of its members.
    """

    decoded: Any
    given: Any
    stored: Any
    fields: dict[str, "Kind"] = {}
    item: "Kind | None" = None
    scalar: LogicalType | None = None


def kind_of(field: Field) -> Kind:
    """The types of one field, at any depth."""
    return _BUILDERS.get(field.logical_type, _scalar)(field)


def struct_of(fields: tuple[Field, ...], title: str) -> tuple[type, dict[str, Kind]]:
    """A record's struct: each field may be there, null or absent; what is not declared is left out."""
    kinds = {field.name: kind_of(field) for field in fields}
    own = {f"f{number}": name for number, name in enumerate(kinds)}
    struct = msgspec.defstruct(
        title,
        [(slot, _nullable(kinds[name].decoded) | UnsetType, UNSET) for slot, name in own.items()],
        rename=own,
        gc=False,
    )
    return struct, kinds


def _scalar(field: Field) -> Kind:
    decoded, given, stored = _SCALARS[field.logical_type]
    return Kind(decoded=decoded, given=given, stored=stored, scalar=field.logical_type)


def _object(field: Field) -> Kind:
    """As a mapping: a part that is absent is null in the staged file."""
    kinds = {each.name: kind_of(each) for each in field.properties}
    if not kinds:
        return _json(field)
    decoded = msgspec.defstruct(
        f"Object_{len(kinds)}",
        [(f"f{number}", _nullable(kinds[name].decoded), None) for number, name in enumerate(kinds)],
        rename={f"f{number}": name for number, name in enumerate(kinds)},
        gc=False,
    )
    return Kind(
        decoded=decoded,
        given=pa.struct([pa.field(name, kind.given) for name, kind in kinds.items()]),
        stored=pa.struct([pa.field(name, kind.stored) for name, kind in kinds.items()]),
        fields=kinds,
    )


def _array(field: Field) -> Kind:
    if field.items is None:
        return _json(field)
    return _list_of(kind_of(field.items))


def _vector(_: Field) -> Kind:
    return _list_of(Kind(decoded=float, given=pa.float64(), stored=pa.float64(), scalar=LogicalType.NUMBER))


def _list_of(item: Kind) -> Kind:
    return Kind(
        decoded=list.__class_getitem__(_nullable(item.decoded)),
        given=pa.list_(item.given),
        stored=pa.list_(item.stored),
        item=item,
    )


def _map(field: Field) -> Kind:
    if field.map_value is None:
        return _json(field)
    item = kind_of(field.map_value)
    return Kind(
        decoded=dict.__class_getitem__((str, _nullable(item.decoded))),
        given=pa.map_(pa.string(), item.given),
        stored=pa.map_(pa.string(), item.stored),
        item=item,
    )


def _json(_: Field) -> Kind:
    """What is declared without its inside is kept as JSON text, exactly as it came."""
    return Kind(decoded=msgspec.Raw, given=pa.string(), stored=pa.string())


def _nullable(decoded: Any) -> Any:
    """A raw value may be null without saying so; it stands in no union but with UNSET."""
    return decoded if decoded is msgspec.Raw else decoded | None


_BUILDERS: Final[Mapping[LogicalType, Callable[[Field], Kind]]] = {
    LogicalType.OBJECT: _object,
    LogicalType.ARRAY: _array,
    LogicalType.VECTOR: _vector,
    LogicalType.MAP: _map,
}
