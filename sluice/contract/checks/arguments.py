"""Rules on many records name fields that exist, and metrics that fit them."""

from collections.abc import Iterator
from typing import Final

from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.draft import ObjectDraft, vendor_value
from sluice.contract.model import LogicalType
from sluice.contract.suggest import did_you_mean, one_of
from sluice.contract.tree import ListNode, MapNode, Node, ScalarNode
from sluice.problem import Problem

UNITS: Final = ("rows", "percent")
NUMBERS: Final = frozenset({LogicalType.INTEGER, LogicalType.NUMBER})


def check(subject: Subject) -> Iterator[Problem]:
    """Only streams: elsewhere another tool runs the rules."""
    for found in subject.streams:
        for rule in found.node.maps("quality"):
            yield from _rule(found, rule)
            if rule.text("metric") in {"nullValues", "missingValues", "invalidValues", "duplicateValues"}:
                yield from _needs_fields(found, rule)
        for rule in found.quality():
            yield from _unit(rule)


def _rule(found: ObjectDraft, rule: MapNode) -> Iterator[Problem]:
    arguments = rule.map("arguments")
    name = rule.text("name")
    yield from _named(found, arguments.get("properties") if arguments else None, name)
    yield from _named(found, vendor_value(rule, "segmentBy"), name)
    implementation = rule.map("implementation")
    if rule.text("engine") == "sluice" and implementation is not None:
        yield from _named(found, implementation.get("property"), name)
        yield from _named(found, implementation.get("segmentBy"), name)


def _named(found: ObjectDraft, node: Node | None, rule: str) -> Iterator[Problem]:
    known = [field.path for field in found.fields]
    nodes = node.items if isinstance(node, ListNode) else (node,)
    for item in nodes:
        if isinstance(item, ScalarNode) and isinstance(item.value, str) and item.value not in known:
            yield error(
                item.place,
                "rule-names-unknown-field",
                f"quality rule '{rule}' names '{item.value}', which object '{found.name}' does not declare",
                did_you_mean(item.value, known),
            )


def _needs_fields(found: ObjectDraft, rule: MapNode) -> Iterator[Problem]:
    arguments = rule.map("arguments")
    if arguments is None or arguments.entry("properties") is None:
        yield error(
            rule.place_of_value("metric"),
            "rule-without-field",
            f"the metric {rule.text('metric')} counts values of a field, but the rule stands on object '{found.name}'",
            "name the fields: `arguments: {properties: [FIELD]}`, or move the rule to the field",
        )


def _unit(rule: MapNode) -> Iterator[Problem]:
    unit = rule.text("unit")
    if not unit or not rule.text("metric"):
        return
    if unit not in UNITS:
        yield error(
            rule.place_of_value("unit"),
            "rule-unit",
            f"quality rule '{rule.text('name')}' has the unit '{unit}'",
            did_you_mean(unit, UNITS, one_of(UNITS)),
        )
    elif unit == "percent" and rule.text("metric") == "rowCount":
        yield warning(
            rule.place_of_value("unit"),
            "rule-unit",
            "rowCount in percent is always 100",
            "count rows, or compare with earlier windows by `check: changeRate`",
        )
