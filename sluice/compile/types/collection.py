"""What holds other values: object, array, map and vector."""

from collections.abc import Iterator
from typing import Final

from sluice.compile.types.key import key_complaints, key_schema
from sluice.compile.value import Build, Complaint, Schema, TypeCompiler
from sluice.contract.model import Field, Presence

_ELEMENTS: Final[dict[str, Schema]] = {
    "float64": {"type": "number"},
    "float32": {"type": "number", "minimum": -3.4028234663852886e38, "maximum": 3.4028234663852886e38},
    "bfloat16": {"type": "number", "minimum": -3.3895313892515355e38, "maximum": 3.3895313892515355e38},
    "float16": {"type": "number", "minimum": -65504, "maximum": 65504},
    "int8": {"type": "integer", "minimum": -128, "maximum": 127},
    "uint8": {"type": "integer", "minimum": 0, "maximum": 255},
    "binary": {"type": "integer", "minimum": 0, "maximum": 1},
}


def _object(field: Field, build: Build) -> Schema:
    schema = Schema(type="object")
    if field.properties:
        schema["properties"] = {child.name: build.child(child) for child in field.properties}
    required = tuple(dict.fromkeys((*_present(field), *field.options.required)))
    if required:
        schema["required"] = list(required)
    if build.closed and field.properties:
        schema["additionalProperties"] = False
    return schema | _sizes(field)


def _present(field: Field) -> Iterator[str]:
    asked = set(field.options.required)
    for child in field.properties:
        if child.presence in {Presence.VALUE, Presence.NULLABLE} or child.name in asked:
            yield child.name


def _sizes(field: Field) -> Schema:
    limits = {"minProperties": field.options.min_properties, "maxProperties": field.options.max_properties}
    return {word: limit for word, limit in limits.items() if limit is not None}


def _object_complaints(field: Field) -> Iterator[Complaint]:
    declared = {child.name for child in field.properties}
    for name in field.options.required:
        if declared and name not in declared:
            yield Complaint(
                code="required-undeclared",
                message=f"'{name}' is required and not declared",
                way_out="declare it under properties, or take it out of required",
            )
    yield from _empty(field.options.min_properties, field.options.max_properties, "properties")
    least = field.options.min_properties
    if declared and least is not None and least > len(declared):
        yield Complaint(
            code="empty-range",
            message=f"minProperties asks for {least} properties, and {len(declared)} are declared",
            way_out="lower minProperties or declare more",
        )


def _array(field: Field, build: Build) -> Schema:
    schema = Schema(type="array")
    if field.items is not None:
        schema["items"] = build.child(field.items)
    limits = {"minItems": field.options.min_items, "maxItems": field.options.max_items}
    schema |= {word: limit for word, limit in limits.items() if limit is not None}
    return schema | ({"uniqueItems": True} if field.options.unique_items else {})


def _array_complaints(field: Field) -> Iterator[Complaint]:
    yield from _empty(field.options.min_items, field.options.max_items, "items")


def _map(field: Field, build: Build) -> Schema:
    schema = Schema(type="object")
    if field.map_key is not None:
        names = key_schema(field.map_key)
        schema |= {"propertyNames": names} if names else {}
    schema["additionalProperties"] = build.child(field.map_value) if field.map_value is not None else True
    return schema | _sizes(field)


def _map_complaints(field: Field) -> Iterator[Complaint]:
    if field.map_key is not None:
        yield from key_complaints(field.map_key)
    yield from _empty(field.options.min_properties, field.options.max_properties, "entries")


def _vector(field: Field, build: Build) -> Schema:
    del build
    size = field.options.dimensions
    items = dict(_ELEMENTS[field.options.element_type or "float32"])
    return Schema(type="array", items=items, minItems=size, maxItems=size)


def _vector_complaints(field: Field) -> Iterator[Complaint]:
    if field.options.dimensions is None or field.options.dimensions < 1:
        yield Complaint(
            code="vector-without-dimensions",
            message="a vector has a fixed length, and none is declared",
            way_out="add logicalTypeOptions: {dimensions: N}",
        )
    if (field.options.element_type or "float32") not in _ELEMENTS:
        yield Complaint(
            code="unsupported-format",
            message=f"'{field.options.element_type}' is no element type of a vector",
            way_out=f"use one of {', '.join(_ELEMENTS)}",
        )


def _empty(least: int | None, most: int | None, what: str) -> Iterator[Complaint]:
    if least is not None and most is not None and least > most:
        yield Complaint(
            code="empty-range",
            message=f"nothing has at least {least} and at most {most} {what}",
            way_out="swap or widen the two limits",
        )


OBJECT: Final = TypeCompiler(schema=_object, complaints=_object_complaints)
ARRAY: Final = TypeCompiler(schema=_array, complaints=_array_complaints)
MAP: Final = TypeCompiler(schema=_map, complaints=_map_complaints)
VECTOR: Final = TypeCompiler(schema=_vector, complaints=_vector_complaints)
