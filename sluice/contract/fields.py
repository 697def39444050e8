"""The fields of an object, from their nodes."""

from dataclasses import replace
from typing import Final

from sluice.contract.draft import logical_type, vendor_text
from sluice.contract.model import Field, Options, Presence, Scalar
from sluice.contract.stream import Enforce
from sluice.contract.tree import MapNode, scalar

KEYS: Final = {  # logicalTypeOptions -> Options
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "format": "format",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique_items",
    "minProperties": "min_properties",
    "maxProperties": "max_properties",
    "timezone": "timezone",
    "defaultTimezone": "default_timezone",
    "dimensions": "dimensions",
    "elementType": "element_type",
}


def build_fields(node: MapNode) -> tuple[Field, ...]:
    """The fields under ``properties``; one without a logical type (only outside streams) is left out."""
    built = (_field(child, child.text("name")) for child in node.maps("properties") if child.text("name"))
    return _positioned(tuple(field for field in built if field))


def _field(node: MapNode, name: str) -> Field | None:
    kind = logical_type(node)
    if kind is None:
        return None
    mapping = node.map("map")
    return Field(
        name=name,
        logical_type=kind,
        presence=_presence(node),
        place=node.place_of_value("name"),
        options=_options(node.map("logicalTypeOptions")),
        enum=_enum(node),
        properties=build_fields(node),
        items=_part(node, "items"),
        map_key=_part(mapping, "key"),
        map_value=_part(mapping, "value"),
        description=node.text("description"),
        classification=node.text("classification"),
        primary_key_position=(node.integer("primaryKeyPosition") or 0) if node.flag("primaryKey") else None,
        unique=node.flag("unique") is True,
        enforce=Enforce(given) if (given := vendor_text(node, "enforce")) in set(Enforce) else None,
    )


def _part(node: MapNode | None, key: str) -> Field | None:
    """Items, map keys and map values: they are there by being in the collection, so ``required`` is about null."""
    part = node.map(key) if node else None
    return _field(part, part.text("name") or key) if part else None


def _presence(node: MapNode) -> Presence:
    given = vendor_text(node, "presence")
    if given in set(Presence):
        return Presence(given)
    return Presence.VALUE if node.flag("required") else Presence.OPTIONAL


def _options(node: MapNode | None) -> Options:
    if node is None:
        return Options()
    given = {name: scalar(node.get(key)) for key, name in KEYS.items()}
    return Options(
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type] # the standard's schema has checked the kinds
        required=tuple(text for text, _ in node.texts("required")),
    )


def _enum(node: MapNode) -> tuple[Scalar, ...]:
    values = (scalar(entry.get("value")) for entry in node.maps("enum"))
    return tuple(value for value in values if value is not None)


def _positioned(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Key fields without a position follow those with one, in the order of the file."""
    last = max((field.primary_key_position or 0 for field in fields), default=0)
    placed = []
    for field in fields:
        if field.primary_key_position is not None and field.primary_key_position < 1:
            last += 1
            placed.append(replace(field, primary_key_position=last))
        else:
            placed.append(field)
    return tuple(placed)
