"""Names tell things apart: objects of a file, fields of an object, quality rules of an object."""

from collections.abc import Iterable, Iterator

from sluice.contract.build import CEL, rule_id
from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import FieldDraft, ObjectDraft
from sluice.contract.table import OWN_COLUMNS
from sluice.contract.tree import MapNode, scalar
from sluice.problem import Place, Problem


def check(subject: Subject) -> Iterator[Problem]:
    """Each name once, where one name means one thing."""
    yield from _once(((found.name, found.place) for found in subject.draft.objects), "object-twice", "object")
    for found in subject.draft.objects:
        yield from _once(((field.path, field.place) for field in found.fields), "field-twice", "field")
        rules = ((rule_id(rule), _place(rule)) for rule in found.quality() if rule.text("engine") == CEL)
        yield from _once(((name, place) for name, place in rules if name), "rule-twice", "rule")
    for node in subject.draft.root.maps("schema"):
        yield from _empty(node)
    for found in subject.streams:
        for field in found.fields:
            yield from _unusable(field)
        yield from _by_case(found)


def _unusable(field: FieldDraft) -> Iterator[Problem]:
    """Names that mean something else."""
    if "." in field.name:
        yield error(
            field.place,
            "field-name-dotted",
            f"field '{field.name}' has a dot in its name, which reads as a field of a field",
            "declare `logicalType: object` with properties, or rename the field",
        )
    if field.name == "*":
        yield error(
            field.place, "field-name-star", "a field named * reads as any item or any key of a map", "rename it"
        )
    if field.path == field.name and field.name.lower() in OWN_COLUMNS:
        yield error(
            field.place,
            "field-name-reserved",
            f"the column '{field.name.lower()}' of staged files and of the published table is not the contract's",
            "rename it",
        )


def _by_case(found: ObjectDraft) -> Iterator[Problem]:
    """DuckDB and most readers of Iceberg take names whatever their case: they would answer by the wrong column."""
    first: dict[tuple[str, str], FieldDraft] = {}
    for field in found.fields:
        beside = field.path.removesuffix(field.name)
        earlier = first.setdefault((beside, field.name.lower()), field)
        if earlier.name != field.name:
            yield error(
                field.place,
                "field-names-by-case",
                f"'{field.name}' and '{earlier.name}' (line {earlier.place.line}) are one name to whoever asks by SQL",
                "rename one of them",
            )


def _empty(node: MapNode) -> Iterator[Problem]:
    """Names of white space: what has no name is left out of the contract, which must not happen in silence."""
    name = scalar(node.get("name"))
    if isinstance(name, str) and not name.strip():
        yield error(
            node.place_of_value("name"),
            "name-empty",
            "the name is empty, so nothing can be said of it",
            "give it a name",
        )
    mapping = node.map("map")
    parts = (node.map("items"), *((mapping.map("key"), mapping.map("value")) if mapping else ()))
    for part in (*node.maps("properties"), *(part for part in parts if part)):
        yield from _empty(part)


def _once(named: Iterable[tuple[str, Place]], code: str, what: str) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for name, place in named:
        if first.setdefault(name, place) is not place:
            yield error(
                place,
                code,
                f"the {what} '{name}' stands here a second time; the first is in line {first[name].line}",
                "rename one of them",
            )


def _place(rule: MapNode) -> Place:
    return rule.place_of_value("id" if rule.text("id") else "name")
