"""The profile applied: every custom property of ours is one that its place has, with a value that fits."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from sluice.contract.draft import VENDOR, Draft
from sluice.contract.profile.checks_on_many import CHECKS_ON_MANY
from sluice.contract.profile.keys import CONTRACT, FIELD, OBJECT, PROFILE, QUALITY, SERVICE_LEVEL
from sluice.contract.standard.judge import Judge, Path
from sluice.contract.standard.whereabouts import whereabouts
from sluice.contract.suggest import did_you_mean, nearest, one_of
from sluice.contract.tree import ListNode, MapNode, Node
from sluice.problem import Place, Problem, Severity

ENGINE: Final = "sluice"

BELOW: Final = {  # what stands below what, by key, and what it is there
    CONTRACT: {"schema": OBJECT, "slaProperties": SERVICE_LEVEL},
    OBJECT: {"properties": FIELD, "quality": QUALITY},
    FIELD: {"properties": FIELD, "quality": QUALITY, "items": FIELD, "map": FIELD, "key": FIELD, "value": FIELD},
    QUALITY: {},
    SERVICE_LEVEL: {},
}


def problems(draft: Draft) -> Iterator[Problem]:
    """What the profile finds wrong in a file, in its order."""
    for place, node, path in _places(CONTRACT, draft.root, ()):
        yield from _custom_properties(place, node, path, draft.root)
        yield from _nearly_ours(place, node)
        if place == QUALITY and node.text("engine") == ENGINE:
            yield from _check_on_many(node, path, draft.root)


def _places(kind: str, node: MapNode, path: Path) -> Iterator[tuple[str, MapNode, Path]]:
    yield kind, node, path
    for key, below in BELOW[kind].items():
        child = node.get(key)
        if isinstance(child, MapNode):
            yield from _places(below, child, (*path, key))
        elif isinstance(child, ListNode):
            for index, item in enumerate(child.items):
                if isinstance(item, MapNode):
                    yield from _places(below, item, (*path, key, index))


def _custom_properties(kind: str, node: MapNode, path: Path, root: MapNode) -> Iterator[Problem]:
    known = PROFILE[kind]
    seen: dict[str, Place] = {}
    for index, entry in _ours(node):
        name = entry.text("property")
        here = (*path, "customProperties", index, "value")
        value = entry.get("value")
        if name not in known:
            yield _unknown(kind, name, entry, whereabouts(root, path))
        elif name in seen:
            yield Problem(
                place=entry.place_of_value("property"),
                code="duplicate-property",
                message=f"'{name}' stands here a second time; the first is in line {seen[name].line}",
                way_out="keep one of them",
            )
        elif value is not None:
            seen[name] = entry.place
            yield from _judge(kind, name).problems(value, root, here)


def _ours(node: MapNode) -> Iterator[tuple[int, MapNode]]:
    entries = node.get("customProperties")
    if isinstance(entries, ListNode):
        for index, entry in enumerate(entries.items):
            if isinstance(entry, MapNode) and entry.text("vendor") == VENDOR and entry.text("property"):
                yield index, entry


def _nearly_ours(kind: str, node: MapNode) -> Iterator[Problem]:
    """A property of ours under no vendor, or under one that is nearly our name, would silently say nothing."""
    for entry in node.maps("customProperties"):
        vendor, name = entry.text("vendor"), entry.text("property")
        said = f"of vendor '{vendor}'" if vendor else "without a vendor"
        if vendor != VENDOR and name in PROFILE[kind] and (not vendor or nearest(vendor, (VENDOR,))):
            yield Problem(
                place=entry.place_of_value("vendor") if vendor else entry.place,
                code="vendor-missing",
                message=f"the property '{name}' {said} says nothing here",
                way_out=f"did you mean `vendor: {VENDOR}`?",
                severity=Severity.WARNING,
            )


def _unknown(kind: str, name: str, entry: MapNode, where: str) -> Problem:
    elsewhere = [other for other, known in PROFILE.items() if name in known]
    way_out = f"it belongs to {' or '.join(elsewhere)}" if elsewhere else did_you_mean(name, PROFILE[kind])
    return Problem(
        place=entry.place_of_value("property"),
        code="unknown-property",
        message=f"the profile has no property '{name}' for {where}",
        way_out=way_out,
    )


def _check_on_many(node: MapNode, path: Path, root: MapNode) -> Iterator[Problem]:
    implementation: Node | None = node.get("implementation")
    where = whereabouts(root, path)
    if implementation is None:
        return
    if not isinstance(implementation, MapNode):
        yield Problem(
            place=implementation.place,
            code="wrong-kind",
            message=f"'implementation' of {where} must be a mapping with `check:`",
            way_out=one_of(CHECKS_ON_MANY),
        )
        return
    name = implementation.text("check")
    if name not in CHECKS_ON_MANY:
        yield Problem(
            place=implementation.place_of_value("check"),
            code="unknown-check",
            message=f"unknown check '{name}' in {where}" if name else f"{where} names no check",
            way_out=did_you_mean(name, CHECKS_ON_MANY),
        )
        return
    yield from _judge_of_check(name).problems(implementation, root, (*path, "implementation"))


@cache
def _judge(kind: str, name: str) -> Judge:
    return Judge(_document(PROFILE[kind][name]))


@cache
def _judge_of_check(name: str) -> Judge:
    return Judge(_document(CHECKS_ON_MANY[name]))


def _document(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2019-09/schema", **schema}
