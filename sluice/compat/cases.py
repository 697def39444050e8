"""A schema taken apart into cases: each of one JSON type, without combinators, and together no smaller than it.

A schema's documents are covered by another schema if each of its cases is. Where taking apart cannot be exact (``not``,
exclusiveness of ``oneOf``, ``if``), a case holds more documents than the schema, never fewer: so what is called
compatible is compatible.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sluice.compat.documents import Documents, Schema, Unprovable
from sluice.compat.interval import Interval, numbers, sizes

TYPES: Final[dict[str, frozenset[str]]] = {
    "null": frozenset({"null"}),
    "boolean": frozenset({"boolean"}),
    "string": frozenset({"string"}),
    "integer": frozenset({"integer"}),
    "number": frozenset({"integer", "fraction"}),
    "array": frozenset({"array"}),
    "object": frozenset({"object"}),
}
"""JSON Schema's types in disjoint ones: a number is an integer or has a fraction."""

ALL_TYPES: Final = ("null", "boolean", "string", "integer", "fraction", "array", "object")
CASES_MAX: Final = 512
_FINITE: Final[dict[str, tuple[Any, ...]]] = {"null": (None,), "boolean": (False, True)}
_COMBINATORS: Final = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Documents of one type that meet every schema of ``parts``; ``values`` are all of them where they are finite.

    ``whole`` holds the text of every schema that was taken apart: the case meets each of them.
    """

    type: str
    parts: tuple[dict[str, Any], ...]
    nots: tuple[Schema, ...] = ()
    whole: frozenset[str] = frozenset()
    values: tuple[Any, ...] | None = None

    def all(self, keyword: str) -> Iterator[Any]:
        """The keyword's value in every part that has it."""
        return (part[keyword] for part in self.parts if keyword in part)

    def required(self) -> frozenset[str]:
        """The names that every such object has."""
        return frozenset(name for names in self.all("required") for name in names)

    def properties(self) -> tuple[str, ...]:
        """The names that are declared, in their order."""
        return tuple(dict.fromkeys(name for names in self.all("properties") for name in names))

    def numbers(self) -> Interval:
        """The interval that holds its numbers."""
        return numbers(self.parts, whole=self.type == "integer")

    def sizes(self, what: str) -> Interval:
        """The interval of its sizes; ``what`` is Length, Items or Properties."""
        return sizes(self.parts, what)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A case on the way: what is still to be taken apart, and what has been found."""

    todo: tuple[Schema, ...]
    parts: tuple[dict[str, Any], ...] = ()
    nots: tuple[Schema, ...] = ()
    whole: frozenset[str] = frozenset()
    refs: frozenset[str] = field(default=frozenset())


def cases(schemas: tuple[Schema, ...], documents: Documents) -> list[Case]:
    """The cases of the documents that meet all the schemas. Raises Unprovable."""
    drafts, done = [_Draft(todo=schemas)], list[_Draft]()
    while drafts:
        if len(drafts) + len(done) > CASES_MAX:
            raise Unprovable
        draft = drafts.pop()
        if draft.todo:
            drafts.extend(reversed(list(_step(draft, documents))))
        else:
            done.append(draft)
    found = [case for draft in done for case in _typed(draft, documents)]
    return [case for case in found if case.values != ()]


def text(schema: object) -> str:
    """The schema's text, for comparing."""
    return json.dumps(schema, sort_keys=True)


def _step(draft: _Draft, documents: Documents) -> Iterator[_Draft]:
    schema, rest = draft.todo[0], draft.todo[1:]
    if schema is True:
        yield replace(draft, todo=rest)
        return
    if schema is False:
        return
    assert isinstance(schema, dict)  # noqa: S101 - the metaschema knows no third kind
    draft = replace(draft, todo=rest, whole=draft.whole | {text(schema)})
    if "$ref" in schema:
        if schema["$ref"] not in draft.refs:
            seen = draft.refs | {schema["$ref"]}
            target = documents.resolve(schema["$ref"])
            yield replace(draft, todo=(True if target is None else target, *rest), refs=seen)
        return
    plain = {word: value for word, value in schema.items() if word not in _COMBINATORS}
    draft = replace(
        draft,
        todo=(*rest, *schema.get("allOf", ())),
        parts=(*draft.parts, *([plain] if plain else [])),
        nots=(*draft.nots, *([schema["not"]] if "not" in schema else [])),
    )
    drafts = [draft]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            drafts = [replace(each, todo=(*each.todo, branch)) for each in drafts for branch in schema[word]]
    if "if" in schema:
        ways = ((schema["if"], schema.get("then", True)), (schema.get("else", True),))
        drafts = [replace(each, todo=(*each.todo, *way)) for each in drafts for way in ways]
    yield from drafts


def _typed(draft: _Draft, documents: Documents) -> Iterator[Case]:
    finite = _values(draft)
    if finite is not None:
        values = tuple(value for value in finite if all(documents.takes(part, value) for part in draft.parts))
        yield Case(type="value", parts=draft.parts, nots=draft.nots, whole=draft.whole, values=values)
        return
    left = set(ALL_TYPES)
    for part in draft.parts:
        if "type" in part:
            names = part["type"] if isinstance(part["type"], list) else [part["type"]]
            left &= frozenset[str]().union(*(TYPES[name] for name in names))
    for kind in ALL_TYPES:
        if kind in left:
            case = Case(type=kind, parts=draft.parts, nots=draft.nots, whole=draft.whole, values=_FINITE.get(kind))
            if not _impossible(case):
                yield case


def _values(draft: _Draft) -> list[Any] | None:
    for part in draft.parts:
        if "const" in part:
            return [part["const"]]
        if "enum" in part:
            return list(part["enum"])
    return None


def _impossible(case: Case) -> bool:
    match case.type:
        case "integer" | "fraction":
            only_whole = case.type == "fraction" and any(float(step).is_integer() for step in case.all("multipleOf"))
            return only_whole or case.numbers().empty
        case "string":
            return case.sizes("Length").empty
        case "array":
            return case.sizes("Items").empty
        case "object":
            return case.sizes("Properties").empty
        case _:
            return False
