"""The CEL environment of one record shape: a protobuf message of nullable fields, and ``this`` declared as it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, timestamp_pb2, wrappers_pb2

from sluice.cel.names import stand_ins
from sluice.cel.shape import Kind, Shape, record_shape

PACKAGE: Final = "sluice.cel"
_FIELD: Final = descriptor_pb2.FieldDescriptorProto
_WRAPPERS: Final[dict[Kind, str]] = {
    "int": ".google.protobuf.Int64Value",
    "double": ".google.protobuf.DoubleValue",
    "bool": ".google.protobuf.BoolValue",
    "string": ".google.protobuf.StringValue",
    "timestamp": ".google.protobuf.Timestamp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A checker for one schema.

    ``aliases`` maps the name of a field to its identifier, ``messages`` the protobuf name of an object to its shape.
    """

    cel: Any
    pool: Any
    record: Shape
    aliases: dict[str, str]
    messages: dict[str, Shape]


def environment(schema: Mapping[str, Any]) -> Environment:
    """Build the checker: every field is a wrapper, a timestamp, a message, or a list or map of these."""
    aliases = stand_ins(schema)
    record = record_shape(schema, aliases)
    file = descriptor_pb2.FileDescriptorProto(
        name="sluice/cel/record.proto",
        package=PACKAGE,
        syntax="proto3",
        dependency=["google/protobuf/wrappers.proto", "google/protobuf/timestamp.proto"],
    )
    messages: dict[str, Shape] = {}
    _add_message(file, record, messages)
    pool = descriptor_pool.DescriptorPool()
    for known in (wrappers_pb2, timestamp_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    pool.AddSerializedFile(file.SerializeToString())
    checker = cel.NewEnv(pool, variables={"this": cel.Type(next(iter(messages)))})
    return Environment(cel=checker, pool=pool, record=record, aliases=aliases, messages=messages)


def _add_message(file: Any, shape: Shape, messages: dict[str, Shape]) -> str:
    """Add one message and those below it; its full name, with the leading dot of a type reference."""
    name = f"M{len(messages)}"
    messages[f"{PACKAGE}.{name}"] = shape
    message = file.message_type.add(name=name)
    for number, field in enumerate((field for field in shape.fields if field.shape is not None), start=1):
        assert field.shape is not None  # noqa: S101 - filtered one line above; mypy cannot see it
        _add_field(file, message, field.alias, number, field.shape, messages)
    return f".{PACKAGE}.{name}"


def _add_field(  # noqa: PLR0913, PLR0917 - one row of a descriptor: where it goes, and its four columns
    file: Any, message: Any, name: str, number: int, shape: Shape, messages: dict[str, Shape]
) -> None:
    # The JSON name is unused, but the pool refuses two fields whose default JSON names are equal (a_b and aB).
    field = message.field.add(name=name, number=number, json_name=f"f{number}", type=_FIELD.TYPE_MESSAGE)
    repeated = shape.kind in {"list", "map"}
    field.label = _FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL
    if shape.kind == "map" and shape.item is not None:
        # Protobuf derives an entry's name from the field's; the pool holds us to it.
        entry = message.nested_type.add(name=_entry_name(name))
        entry.options.map_entry = True
        entry.field.add(name="key", number=1, label=_FIELD.LABEL_OPTIONAL, type=_FIELD.TYPE_STRING)
        _add_field(file, entry, "value", 2, shape.item, messages)
        field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"
    elif shape.kind == "list" and shape.item is not None:
        field.type_name = _type_name(file, shape.item, messages)
    else:
        field.type_name = _type_name(file, shape, messages)


def _entry_name(field: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in field.split("_")) + "Entry"


def _type_name(file: Any, shape: Shape, messages: dict[str, Shape]) -> str:
    return _add_message(file, shape, messages) if shape.kind == "message" else _WRAPPERS[shape.kind]
