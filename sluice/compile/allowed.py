"""The allowed values of a field: an enum must fit the field's own type and options."""

from collections.abc import Iterator
from typing import Final

import jsonschema_rs

from sluice.compile.types import COMPILERS
from sluice.compile.value import Build, Complaint, Schema
from sluice.contract.model import Field, LogicalType

_WHOLE: Final = frozenset({LogicalType.OBJECT, LogicalType.ARRAY, LogicalType.MAP, LogicalType.VECTOR})


def allowed_complaints(field: Field) -> Iterator[Complaint]:
    """What about the enum can never be met; the field's own options must be free of complaints."""
    if not field.enum:
        return
    if field.logical_type in _WHOLE:
        yield Complaint(
            code="enum-on-collection",
            message=f"allowed values are single values, and this is a field of the type {field.logical_type}",
            way_out="put the enum on the items, the values or a property of it",
        )
        return
    schema = COMPILERS[field.logical_type].schema(field, Build(child=_no_child, closed=True))
    judge = jsonschema_rs.Draft7Validator(schema, validate_formats=True)
    for value in field.enum:
        for reason in judge.iter_errors(value):
            hint = "quote it" if schema["type"] == "string" and not isinstance(value, str) else "correct it"
            yield Complaint(
                code="enum-value-refused",
                message=f"the allowed value {value!r} breaks the field's own {reason.schema_path[-1]}",
                way_out=f"{hint}, or take it out of the enum",
            )
            break


def _no_child(field: Field) -> Schema:
    raise AssertionError(f"a single value has no parts, and '{field.name}' was asked for")
