"""A primary key is always there, single-valued, and in one order."""

from collections.abc import Iterator

from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import FieldDraft, ObjectDraft
from sluice.contract.model import LogicalType
from sluice.problem import Problem

SHAPES = frozenset({LogicalType.OBJECT, LogicalType.ARRAY, LogicalType.MAP, LogicalType.VECTOR})


def check(subject: Subject) -> Iterator[Problem]:
    """Replays and change data find an entity by it."""
    for found in subject.streams:
        keys = [field for field in found.fields if field.node.flag("primaryKey")]
        for field in keys:
            yield from _field(found, field, is_sound=subject.is_sound(field.node))
        yield from _positions(keys)
        if found.stream is not None and found.stream.text("source") == "cdc" and not keys:
            yield error(
                found.stream.place_of_value("source"),
                "cdc-without-key",
                f"object '{found.name}' comes by cdc without a primary key: a delete names its row by nothing else",
                "say `primaryKey: true` on the fields of the key",
            )


def _field(found: ObjectDraft, field: FieldDraft, *, is_sound: bool) -> Iterator[Problem]:
    place = field.node.place_of("primaryKey")
    name = f"field '{found.name}.{field.path}'"
    if is_sound and not field.is_null_free:
        yield error(
            place,
            "primary-key-may-be-null",
            f"{name} is part of the primary key but may be missing or null",
            "say `required: true`",
        )
    if field.type in SHAPES or field.nested:
        yield error(place, "primary-key-many", f"{name} is part of the primary key but holds no single value", "")


def _positions(keys: list[FieldDraft]) -> Iterator[Problem]:
    taken: dict[int, str] = {}
    for field in keys:
        position = field.node.integer("primaryKeyPosition")
        if position is not None and position > 0 and taken.setdefault(position, field.path) != field.path:
            yield error(
                field.node.place_of_value("primaryKeyPosition"),
                "primary-key-position",
                f"'{field.path}' and '{taken[position]}' have the same primaryKeyPosition {position}",
                "count from 1, each position once",
            )
