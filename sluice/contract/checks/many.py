"""Rules on many records measure what can be measured: fields of a fitting type, and no classified values on show."""

from collections.abc import Iterator
from typing import Final

from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import FieldDraft, ObjectDraft, vendor_map, vendor_value
from sluice.contract.model import LogicalType
from sluice.contract.suggest import did_you_mean
from sluice.contract.tree import ListNode, MapNode, Node, ScalarNode
from sluice.problem import Problem

NUMBERS: Final = frozenset({LogicalType.INTEGER, LogicalType.NUMBER})
ORDERED: Final = NUMBERS | {LogicalType.TIMESTAMP, LogicalType.DATE}
BINNED: Final = ORDERED | {LogicalType.STRING, LogicalType.BOOLEAN}
FITTING: Final = {
    "mean": (NUMBERS, "numbers"),
    "standardDeviation": (NUMBERS, "numbers"),
    "monotonicity": (ORDERED, "numbers, dates or timestamps"),
    "drift": (BINNED, "numbers, text, booleans, dates or timestamps"),
}
SHOWN: Final = {"drift": "its bins would show values", "monotonicity": "its order is not kept, for it is one of values"}
OPEN: Final = frozenset({"", "public"})


def check(subject: Subject) -> Iterator[Problem]:
    """Only streams: elsewhere another tool runs the rules."""
    for found in subject.streams:
        for rule in found.quality():
            yield from _segments(found, rule)
            implementation = rule.map("implementation")
            if rule.text("engine") == "sluice" and implementation is not None:
                yield from _fits(found, rule.text("name"), implementation)
                yield from _segments_of(found, implementation.get("segmentBy"), rule.text("name"))
        yield from _watch(found)


def _segments(found: ObjectDraft, rule: MapNode) -> Iterator[Problem]:
    yield from _segments_of(found, vendor_value(rule, "segmentBy"), rule.text("name"))


def _segments_of(found: ObjectDraft, node: Node | None, rule: str) -> Iterator[Problem]:
    for item in node.items if isinstance(node, ListNode) else ():
        field = found.field(item.value) if isinstance(item, ScalarNode) and isinstance(item.value, str) else None
        if field is not None and _is_classified(found, field):
            yield error(
                item.place,
                "segment-classified",
                f"quality rule '{rule}' parts the rows by '{field.path}', which is classified: findings would show it",
                "part them by another field",
            )


def _fits(found: ObjectDraft, rule: str, implementation: MapNode) -> Iterator[Problem]:
    check_name = implementation.text("check")
    field = found.field(implementation.text("property"))
    if field is None or check_name not in FITTING:
        return
    types, told = FITTING[check_name]
    place = implementation.place_of_value("property")
    if field.type is not None and field.type not in types:
        yield error(
            place,
            "rule-type",
            f"{check_name} of quality rule '{rule}' needs {told}, and '{field.path}' is of type {field.type}",
            "name another field",
        )
    elif check_name in SHOWN and _is_classified(found, field):
        yield error(
            place,
            "rule-classified",
            f"{check_name} of quality rule '{rule}' is on '{field.path}', which is classified: {SHOWN[check_name]}",
            "watch its null values or its distinct count instead",
        )


def _watch(found: ObjectDraft) -> Iterator[Problem]:
    watch = vendor_map(found.node, "watch")
    known = [field.path for field in found.fields]
    node = watch.get("fields") if watch else None
    for item in node.items if isinstance(node, ListNode) else ():
        if isinstance(item, ScalarNode) and isinstance(item.value, str) and item.value not in known:
            yield error(
                item.place,
                "rule-names-unknown-field",
                f"watch names '{item.value}', which object '{found.name}' does not declare",
                did_you_mean(item.value, known),
            )


def _is_classified(found: ObjectDraft, field: FieldDraft) -> bool:
    """It, or something that it is in."""
    parts = field.path.split(".")
    around = (found.field(".".join(parts[: depth + 1])) for depth in range(len(parts)))
    return any(each is not None and each.node.text("classification").lower() not in OPEN for each in around)
