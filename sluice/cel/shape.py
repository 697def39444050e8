"""The shape of a record: which fields a rule may read, of which CEL type, derived from the rules JSON Schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["int", "double", "bool", "string", "timestamp", "message", "list", "map"]

SCALARS: Final[dict[str, Kind]] = {"integer": "int", "number": "double", "boolean": "bool", "string": "string"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One value: ``path`` holds field names, and ``*`` for the elements of an array or the values of a map."""

    kind: Kind
    path: tuple[str, ...]
    item: "Shape | None" = None
    fields: "tuple[FieldShape, ...]" = ()
    nullable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field of an object. ``alias`` is its name as a CEL identifier; ``unusable`` says why no rule can read it."""

    name: str
    alias: str
    shape: Shape | None
    unusable: str = ""


def record_shape(schema: Mapping[str, Any], aliases: Mapping[str, str]) -> Shape:
    """The shape of the record that a rules schema describes; ``aliases`` are the field names as identifiers."""
    return Shape(kind="message", path=(), fields=_fields(schema, (), aliases), nullable=False)


def _fields(schema: Mapping[str, Any], path: tuple[str, ...], aliases: Mapping[str, str]) -> tuple[FieldShape, ...]:
    required = frozenset(schema.get("required", ()))
    fields: list[FieldShape] = []
    for name, node in schema.get("properties", {}).items():
        identifier = aliases.get(name, "")
        shape = _shape(node, (*path, name), aliases, required=name in required)
        unusable = "" if identifier else "CEL has no letters for its name"
        if shape is None:
            unusable = "it has no type that CEL knows"
        fields.append(FieldShape(name=name, alias=identifier, shape=None if unusable else shape, unusable=unusable))
    return tuple(fields)


def _shape(node: object, path: tuple[str, ...], aliases: Mapping[str, str], *, required: bool) -> Shape | None:
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
            return _object(node, path, aliases, nullable=nullable)
        case "array":
            item = _element(node.get("items"), path, aliases)
            return item and Shape(kind="list", path=path, item=item, nullable=nullable)
        case "string" if node.get("format") == "date-time":
            return Shape(kind="timestamp", path=path, nullable=nullable)
        case name:
            kind = SCALARS.get(name)
            return kind and Shape(kind=kind, path=path, nullable=nullable)


def _object(
    node: Mapping[str, Any], path: tuple[str, ...], aliases: Mapping[str, str], *, nullable: bool
) -> Shape | None:
    if node.get("properties"):
        return Shape(kind="message", path=path, fields=_fields(node, path, aliases), nullable=nullable)
    value = _element(node.get("additionalProperties"), path, aliases)
    return value and Shape(kind="map", path=path, item=value, nullable=nullable)


def _element(node: object, path: tuple[str, ...], aliases: Mapping[str, str]) -> Shape | None:
    """The shape of an array's items or a map's values; protobuf repeats no list and no map."""
    shape = _shape(node, (*path, "*"), aliases, required=True)
    return None if shape is None or shape.kind in {"list", "map"} else shape
