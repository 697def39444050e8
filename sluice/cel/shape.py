"""The shape of a record: which fields a rule may read, of which CEL type, derived from the rules JSON Schema."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["int", "double", "bool", "string", "timestamp", "message", "list", "map"]

SCALARS: Final[dict[str, Kind]] = {"integer": "int", "number": "double", "boolean": "bool", "string": "string"}
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One value: ``path`` holds field names, and ``*`` for the elements of an array or the values of a map."""

    kind: Kind
    path: tuple[str, ...]
    item: "Shape | None" = None
    fields: "tuple[FieldShape, ...]" = ()
    nullable: bool = True

    @property
    def message_name(self) -> str:
        """The name of the protobuf message that stands for an object at this place."""
        return "record" if not self.path else "record." + ".".join(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field of an object. ``alias`` is its name as a CEL identifier; ``unusable`` says why no rule can read it."""

    name: str
    alias: str
    shape: Shape | None
    unusable: str = ""


def record_shape(schema: Mapping[str, Any]) -> Shape:
    """The shape of the record that a rules schema describes."""
    return Shape(kind="message", path=(), fields=_fields(schema, ()), nullable=False)


def alias(name: str) -> str:
    """The identifier that stands for a field name, of the same length, so that columns stay true."""
    plain = _FOREIGN.sub("_", name)
    return "_" + plain[1:] if plain[:1].isdigit() else plain


def _fields(schema: Mapping[str, Any], path: tuple[str, ...]) -> tuple[FieldShape, ...]:
    required = frozenset(schema.get("required", ()))
    fields: list[FieldShape] = []
    taken: dict[str, str] = {}
    properties: Mapping[str, Any] = schema.get("properties", {})
    for name in sorted(properties, key=lambda name: alias(name) != name):
        shape = _shape(properties[name], (*path, name), required=name in required)
        identifier = alias(name)
        if shape is None:
            fields.append(FieldShape(name=name, alias=identifier, shape=None, unusable="it has no type that CEL knows"))
        elif identifier in taken or not identifier:
            why = f"in CEL it could not be told from '{taken.get(identifier, '')}'"
            fields.append(FieldShape(name=name, alias=identifier, shape=None, unusable=why))
        else:
            taken[identifier] = name
            fields.append(FieldShape(name=name, alias=identifier, shape=shape))
    return tuple(fields)


def _shape(node: object, path: tuple[str, ...], *, required: bool) -> Shape | None:
    if not isinstance(node, Mapping):
        return None
    declared = node.get("type")
    types = [declared] if isinstance(declared, str) else list(declared or ())
    names = [name for name in types if name != "null"]
    if len(names) != 1:
        return None
    nullable = not required or "null" in types
    match names[0]:
        case "object":
            return _object(node, path, nullable=nullable)
        case "array":
            item = _element(node.get("items"), path)
            return item and Shape(kind="list", path=path, item=item, nullable=nullable)
        case "string" if node.get("format") == "date-time":
            return Shape(kind="timestamp", path=path, nullable=nullable)
        case name:
            kind = SCALARS.get(name)
            return kind and Shape(kind=kind, path=path, nullable=nullable)


def _object(node: Mapping[str, Any], path: tuple[str, ...], *, nullable: bool) -> Shape | None:
    if node.get("properties"):
        return Shape(kind="message", path=path, fields=_fields(node, path), nullable=nullable)
    value = _element(node.get("additionalProperties"), path)
    return value and Shape(kind="map", path=path, item=value, nullable=nullable)


def _element(node: object, path: tuple[str, ...]) -> Shape | None:
    """The shape of an array's items or a map's values; protobuf repeats no list and no map."""
    shape = _shape(node, (*path, "*"), required=True)
    return None if shape is None or shape.kind in {"list", "map"} else shape
