"""Bounds of quality rules that no window can meet, or that mean something else than they look."""

from collections.abc import Callable, Iterator
from math import inf
from typing import Final

from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.tree import ListNode, MapNode, scalar
from sluice.problem import Problem

WHOLE: Final = 100
PAIR: Final = 2
NEVER: Final[dict[str, Callable[[float, float], bool]]] = {  # bound, the most that the metric can be
    "mustBeLessThan": lambda bound, _: bound <= 0,
    "mustBeLessOrEqualTo": lambda bound, _: bound < 0,
    "mustBe": lambda bound, most: not 0 <= bound <= most,
    "mustBeGreaterThan": lambda bound, most: bound >= most,
    "mustBeGreaterOrEqualTo": lambda bound, most: bound > most,
}


def check(subject: Subject) -> Iterator[Problem]:
    """``mustBeBetween`` excludes its bounds (the standard's text); metrics are never negative, percents end at 100."""
    for found in subject.draft.objects:
        for rule in found.quality():
            implementation = rule.map("implementation") if rule.text("engine") == "sluice" else None
            holder = implementation or rule
            name = rule.text("name") or holder.text("check") or rule.text("metric")
            yield from _between(holder, name, signed=holder.text("check") == "changeRate")
            if rule.text("metric"):
                yield from _unmeetable(rule, name)


def _between(holder: MapNode, name: str, *, signed: bool) -> Iterator[Problem]:
    for key in ("mustBeBetween", "mustNotBeBetween"):
        node = holder.get(key)
        if not isinstance(node, ListNode) or len(node.items) != PAIR:
            continue
        low, high = (scalar(item) for item in node.items)
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            continue
        if low > high:
            yield error(
                node.place, "bounds-swapped", f"{key} of rule '{name}' has its larger number first", f"[{high}, {low}]"
            )
        elif key == "mustBeBetween" and not signed:
            yield from _excluded(holder, node, name, low, high)


def _excluded(holder: MapNode, node: ListNode, name: str, low: float, high: float) -> Iterator[Problem]:
    percent = holder.text("unit") == "percent"
    if not percent and isinstance(low, int) and isinstance(high, int) and high - low == 1:
        yield error(
            node.place,
            "bounds-excluded",
            f"mustBeBetween of rule '{name}' excludes its bounds, and no count lies between {low} and {high}",
            "widen it by one on each side",
        )
    elif low == 0 or (percent and high == WHOLE):
        edge = 0 if low == 0 else WHOLE
        yield warning(
            node.place,
            "bounds-excluded",
            f"mustBeBetween of rule '{name}' excludes its bounds: {edge} itself is a breach",
            "use mustBeLessOrEqualTo or mustBeGreaterOrEqualTo where the bound is good",
        )


def _unmeetable(rule: MapNode, name: str) -> Iterator[Problem]:
    percent = rule.text("unit") == "percent"
    for key, never in NEVER.items():
        value = scalar(rule.get(key))
        if isinstance(value, int | float) and not isinstance(value, bool) and never(value, WHOLE if percent else inf):
            yield error(
                rule.place_of_value(key),
                "rule-never-met",
                f"{key}: {value} of rule '{name}' can never be met",
                "a metric is at least 0, a percentage at most 100",
            )
