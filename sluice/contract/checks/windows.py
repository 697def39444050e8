"""Windows are spans that profiles can answer: no shorter than a landing period, no longer than a year."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sluice.contract import duration
from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import ObjectDraft, vendor_value
from sluice.contract.tree import MapNode, Node, ScalarNode
from sluice.problem import Problem

LONGEST: Final = timedelta(days=366)


def check(subject: Subject) -> Iterator[Problem]:
    """Windows of rules and service levels, and the landing period itself."""
    for found in subject.streams:
        period = _period(found)
        if found.stream is not None:
            yield from _span(found.stream.get("landingPeriod"), "landingPeriod", timedelta(0))
        for rule in found.quality():
            name = f"the window of quality rule '{rule.text('name')}'"
            yield from _span(vendor_value(rule, "window"), name, period)
            implementation = rule.map("implementation")
            if rule.text("engine") == "sluice" and implementation is not None:
                yield from _span(implementation.get("window"), name, period)
    for level in subject.draft.root.maps("slaProperties") if subject.streams else ():
        yield from _span(vendor_value(level, "window"), _level(level), timedelta(0))


def _level(level: MapNode) -> str:
    return f"the window of service level '{level.text('property')}'"


def _period(found: ObjectDraft) -> timedelta:
    given = found.stream.text("landingPeriod", "P1D") if found.stream else "P1D"
    return duration.parse(given) or timedelta(0)


def _span(node: Node | None, what: str, shortest: timedelta) -> Iterator[Problem]:
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
        return
    span = duration.parse(node.value)
    if span is None:
        return  # told where its form is judged
    if span <= timedelta(0):
        yield error(node.place, "window-empty", f"{what} is {node.value}: no time at all", "P1D is a day")
    elif span > LONGEST:
        yield error(
            node.place,
            "window-too-long",
            f"{what} is {node.value}, longer than P366D",
            "profiles of staged files are kept for a year and a day; judge a shorter window, or scan the table",
        )
    elif span < shortest:
        yield error(
            node.place,
            "window-too-short",
            f"{what} is {node.value}, shorter than the landing period",
            "profiles are kept for each landing period: lengthen the window or shorten landingPeriod",
        )
