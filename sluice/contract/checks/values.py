"""Values in the contract are values of its fields: enum entries and examples have the type and pass the bounds."""

from collections.abc import Iterator
from typing import Any, Final

import jsonschema_rs

from sluice.contract.checks.patterns import why_not
from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.draft import FieldDraft
from sluice.contract.model import LogicalType
from sluice.contract.moments import moment
from sluice.contract.tree import ListNode, MapNode, Node, ScalarNode, scalar
from sluice.problem import Problem

SHAPES: Final = {LogicalType.OBJECT, LogicalType.MAP, LogicalType.ARRAY, LogicalType.VECTOR}
MOMENTS: Final = {LogicalType.DATE, LogicalType.TIME, LogicalType.TIMESTAMP}
WAYS: Final = {
    LogicalType.STRING: "put it in quotes",
    LogicalType.INTEGER: "write a whole number without quotes",
    LogicalType.NUMBER: "write a number without quotes",
    LogicalType.BOOLEAN: "write true or false without quotes",
    LogicalType.DATE: 'write it as "2013-02-01"',
    LogicalType.TIME: 'write it as "06:30:00"',
    LogicalType.TIMESTAMP: 'write it as "2013-02-01T06:30:00Z"',
}


def check(subject: Subject) -> Iterator[Problem]:
    """An enum entry of another type never matches; an example of another type misleads who reads it."""
    for found in subject.streams:
        for field in found.fields:
            if field.type is not None:
                name = f"field '{found.name}.{field.path}'"
                yield from _enum(field, field.type, name)
                yield from _examples(field, field.type, name)


def _enum(field: FieldDraft, kind: LogicalType, name: str) -> Iterator[Problem]:
    node = field.node.get("enum")
    if node is not None and kind in SHAPES:
        yield error(
            node.place,
            "enum-on-collection",
            f"{name} is {kind}; only single values have an enum",
            "put it on a field inside",
        )
        return
    seen: set[Any] = set()
    for entry in field.node.maps("enum"):
        value = entry.get("value")
        if not isinstance(value, ScalarNode):
            continue
        if value.value is None:
            yield error(
                value.place,
                "enum-null",
                f"null in the enum of {name}",
                "whether a field may be null is said by `required` and `presence`",
            )
        elif not has_kind(value, kind, field.options):
            yield _misfit(value, kind, f"the enum of {name}", "enum-value-refused")
        elif value.value in seen:
            yield error(value.place, "enum-twice", f"'{value.written}' stands twice in the enum of {name}", "keep one")
        elif not _passes(value.value, kind, field.options):
            yield error(
                value.place,
                "enum-value-refused",
                f"'{value.written}' in the enum of {name} breaks the field's own bounds or pattern",
                "a record with it is always rejected: drop it, or widen the field",
            )
        seen.add(value.value)


def _examples(field: FieldDraft, kind: LogicalType, name: str) -> Iterator[Problem]:
    node = field.node.get("examples")
    allowed = [scalar(entry.get("value")) for entry in field.node.maps("enum")]
    for example in node.items if isinstance(node, ListNode) else ():
        if isinstance(example, ScalarNode) and example.value is None:
            continue
        if not has_kind(example, kind, field.options):
            yield _misfit(example, kind, f"the examples of {name}", "example-wrong-type")
        elif isinstance(example, ScalarNode) and (
            (allowed and example.value not in allowed) or not _passes(example.value, kind, field.options)
        ):
            yield warning(
                example.place,
                "example-rejected",
                f"the example '{example.written[:40]}' of {name} would be rejected",
                "show one that passes",
            )


def _misfit(node: Node, kind: LogicalType, holder: str, code: str) -> Problem:
    written = f"'{node.written[:40]}'" if isinstance(node, ScalarNode) else "a list or mapping"
    return error(node.place, code, f"{written} in {holder} is no {kind}", WAYS.get(kind, f"write a {kind}"))


def has_kind(node: Node, kind: LogicalType, options: MapNode | None) -> bool:
    """Whether a node is a value of a logical type; texts in a declared format are taken as they are."""
    match kind:
        case LogicalType.OBJECT | LogicalType.MAP:
            return isinstance(node, MapNode)
        case LogicalType.ARRAY | LogicalType.VECTOR:
            return isinstance(node, ListNode)
    value = scalar(node)
    match kind:
        case LogicalType.STRING:
            return isinstance(value, str)
        case LogicalType.BOOLEAN:
            return isinstance(value, bool)
        case LogicalType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case LogicalType.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            declared = options.text("format") if options else ""
            return isinstance(value, str) and (bool(declared) or moment(value, kind) is not None)


def _passes(value: Any, kind: LogicalType, options: MapNode | None) -> bool:
    if options is None:
        return True
    if kind in MOMENTS:
        return True
    keys = ("minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    schema = {key: given for key in keys if (given := scalar(options.get(key))) is not None}
    if "pattern" in schema and why_not(str(schema["pattern"])):
        return True
    try:
        return jsonschema_rs.Draft7Validator(schema, pattern_options=jsonschema_rs.RegexOptions()).is_valid(value)
    except (jsonschema_rs.ValidationError, ValueError):
        return True  # the options are wrong themselves, which is told elsewhere
