"""Every field of a stream says what it is, completely."""

from collections.abc import Iterator
from typing import Final

from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import FieldDraft, ObjectDraft, vendor_text
from sluice.contract.model import LogicalType
from sluice.problem import Problem

FIELDS_MAX: Final = 5_000
WITHOUT_OPTIONS: Final = frozenset({LogicalType.BOOLEAN, LogicalType.MAP})


def check(subject: Subject) -> Iterator[Problem]:
    """The standard lets types be left out; a judge cannot."""
    for found in subject.streams:
        if not found.fields:
            yield error(
                found.place,
                "no-fields",
                f"object '{found.name}' is streamed but declares no fields",
                "add `properties:`",
            )
        if len(found.fields) > FIELDS_MAX:
            yield error(
                found.place,
                "too-many-fields",
                f"object '{found.name}' has {len(found.fields):,} fields, more than {FIELDS_MAX:,}",
                "split the entity: no table holds so many columns",
            )
        for field in found.fields:
            yield from _field(found, field)


def _field(found: ObjectDraft, field: FieldDraft) -> Iterator[Problem]:
    name = f"field '{found.name}.{field.path}'"
    node = field.node
    if field.type is None:
        if node.entry("logicalType") is None:
            yield error(
                field.place,
                "type-missing",
                f"{name} has no logicalType, so nothing can be said about its values",
                "string, integer, number, boolean, date, time, timestamp, object, array, map or vector",
            )
        return
    if field.type is LogicalType.ARRAY and node.map("items") is None:
        yield error(
            field.place,
            "items-missing",
            f"{name} is an array without `items`",
            "say what it holds: items: {logicalType: string}",
        )
    if field.type is LogicalType.OBJECT and not any(node.maps("properties")):
        yield error(
            field.place,
            "properties-missing",
            f"{name} is an object without `properties`",
            "declare its fields, or take `logicalType: map`",
        )
    if field.type in WITHOUT_OPTIONS and field.options is not None and field.options.entries:
        yield error(
            node.place_of("logicalTypeOptions"),
            "option-without-effect",
            f"{name} is {field.type}, which has no options",
            "leave logicalTypeOptions out",
        )
    presence = vendor_text(node, "presence")
    if presence and node.flag("required") and presence != "value":
        yield error(
            node.place_of_value("required"),
            "presence-contradicts",
            f"{name} is required, and its presence is '{presence}'",
            "keep one of them: `presence` says more",
        )
