"""Objects: properties by name, by pattern and beyond, required ones, names, sizes and dependencies."""

from __future__ import annotations

import re
from itertools import combinations
from math import inf
from typing import TYPE_CHECKING, Any, Final

from sluice.compat.documents import Unprovable
from sluice.compat.keywords.scalars import size
from sluice.compat.reason import Reason, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluice.compat.cases import Case
    from sluice.compat.cover import Cover
    from sluice.compat.documents import Schema

PATTERNS_MAX: Final = 6
_NOTHING: Final = False


def imposed(part: dict[str, Any], name: str) -> tuple[Schema, ...]:
    """All that the schema asks of the property of this name."""
    found: list[Schema] = []
    if name in part.get("properties", {}):
        found.append(part["properties"][name])
    found += [schema for pattern, schema in part.get("patternProperties", {}).items() if _matches(pattern, name)]
    return tuple(found) or (part.get("additionalProperties", True),)


def asked(case: Case, name: str) -> tuple[Schema, ...]:
    """All that the case asks of the property of this name."""
    return tuple(schema for part in case.parts for schema in imposed(part, name))


def properties(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Properties that either schema names, and that the reader's schema for the name refuses."""
    if not {"properties", "patternProperties", "additionalProperties"} & set(reader):
        return
    declared = dict.fromkeys(case.properties())
    for name in declared | dict.fromkeys(reader.get("properties", {})):
        writers = asked(case, name)
        if not cover.doubts(writers, _NOTHING, ""):
            continue  # nobody writes it
        known = name in reader.get("properties", {})
        place = step(pointer, "properties", name) if known else step(pointer, "additionalProperties")
        for schema in imposed(reader, name):
            doubts = cover.doubts(writers, schema, place)
            if doubts and known and name not in declared:
                yield Reason(pointer=place, kind="name-taken", facts={"name": name})
            elif doubts and not known and schema is False:
                yield Reason(pointer=step(pointer, "properties", name), kind="property-refused", facts={"name": name})
            else:
                yield from doubts


def patterns(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Properties that neither schema names: under a pattern of the reader, or under none."""
    targets = [
        (pattern, schema, step(pointer, "patternProperties", pattern))
        for pattern, schema in reader.get("patternProperties", {}).items()
    ]
    if "additionalProperties" in reader:
        targets.append(("", reader["additionalProperties"], step(pointer, "additionalProperties")))
    for pattern, schema, place in targets:
        for writers in _unnamed(case, reader, pattern):
            doubts = cover.doubts(writers, schema, place)
            if doubts and schema is False:
                yield Reason(pointer=place, kind="unknown-refused")
            else:
                yield from doubts


def _unnamed(case: Case, reader: dict[str, Any], pattern: str) -> Iterator[tuple[Schema, ...]]:
    """What the case may ask of an unnamed property that falls under the reader's pattern ("" for none of them)."""
    known = tuple(dict.fromkeys(each for part in case.parts for each in part.get("patternProperties", {})))
    if len(known) > PATTERNS_MAX:
        yield (True,)
        return
    for count in range(len(known) + 1):
        for matched in combinations(known, count):
            outside = not pattern and set(matched) & set(reader.get("patternProperties", {}))
            if not outside and (pattern not in known or pattern in matched):
                yield tuple(schema for part in case.parts for schema in _under(part, matched))


def _under(part: dict[str, Any], matched: tuple[str, ...]) -> Iterator[Schema]:
    """What the schema asks of an unnamed property that matches just these patterns."""
    found = [schema for pattern, schema in part.get("patternProperties", {}).items() if pattern in matched]
    yield from found or (part.get("additionalProperties", True),)


def required(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Properties that may be missing."""
    del cover
    for name in reader.get("required", ()):
        if name not in case.required():
            yield Reason(pointer=step(pointer, "properties", name, "required"), kind="missing", facts={"name": name})


def names(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Names that the reader's ``propertyNames`` refuse."""
    if "propertyNames" not in reader:
        return
    place = step(pointer, "propertyNames")
    if closed(case, cover):
        for name in case.properties():
            if cover.doubts(asked(case, name), _NOTHING, "") and not cover.documents.takes(
                reader["propertyNames"], name
            ):
                yield Reason(pointer=place, kind="name-refused", facts={"name": name})
        return
    yield from cover.doubts(({"type": "string"}, *case.all("propertyNames")), reader["propertyNames"], place)


def closed(case: Case, cover: Cover) -> bool:
    """Whether such an object has no properties but the declared ones."""
    return any(
        not part.get("patternProperties") and not cover.doubts((part.get("additionalProperties", True),), _NOTHING, "")
        for part in case.parts
    )


def counts(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """Sizes, where required properties and closed objects bound them too."""
    for reason in size("Properties", "properties")(cover, case, reader, pointer):
        enough = reason.kind == "too-few" and len(case.required()) >= reader["minProperties"]
        few = (
            reason.kind == "too-many"
            and closed(case, cover)
            and len(case.properties()) <= reader.get("maxProperties", inf)
        )
        if not enough and not few:
            yield reason


def dependencies(cover: Cover, case: Case, reader: dict[str, Any], pointer: str) -> Iterator[Reason]:
    """What a property brings along."""
    for name, needs in reader.get("dependencies", {}).items():
        if not cover.doubts(asked(case, name), _NOTHING, ""):
            continue  # nobody writes it
        place = step(pointer, "dependencies", name)
        has = [each[name] for each in case.all("dependencies") if name in each]
        if isinstance(needs, list):
            brought = case.required() | {each for names in has if isinstance(names, list) for each in names}
            missing = [need for need in needs if need not in brought]
            if missing:
                yield Reason(pointer=place, kind="companion", facts={"name": name, "needs": missing})
        else:
            with_name: Schema = {"type": "object", "required": [name]}
            brings = tuple(schema for schema in has if not isinstance(schema, list))
            yield from cover.doubts((*case.parts, with_name, *brings), needs, place)


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        raise Unprovable from None


OBJECT: Final[tuple[Callable[..., Iterator[Reason]], ...]] = (
    properties,
    patterns,
    required,
    names,
    counts,
    dependencies,
)
