"""A field's draft-07 schema: its type by the table, null by its presence, its allowed values."""

from sluice.compile.types import COMPILERS
from sluice.compile.value import Build, Schema, number
from sluice.contract.model import Field, LogicalType, Presence, SchemaObject
from sluice.contract.stream import UnknownFields

_NEVER_NULL = frozenset({Presence.VALUE, Presence.ABSENT})


def row_schema(described: SchemaObject) -> Schema:
    """The schema of the judged record: every field at every depth, closed unless unknown fields are allowed."""
    closed = described.stream is not None and described.stream.unknown_fields is not UnknownFields.ALLOW
    row = Field(
        name=described.name,
        logical_type=LogicalType.OBJECT,
        presence=Presence.VALUE,
        place=described.place,
        properties=described.fields,
    )
    return field_schema(row, closed=closed)


def field_schema(field: Field, *, closed: bool) -> Schema:
    """The schema of one field. Its options must be free of complaints (``sluice.compile.support``)."""
    build = Build(child=lambda child: field_schema(child, closed=closed), closed=closed)
    schema = COMPILERS[field.logical_type].schema(field, build)
    if field.enum:
        schema["enum"] = [number(value) if isinstance(value, float) else value for value in field.enum]
    if field.presence in _NEVER_NULL:
        return schema
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema
