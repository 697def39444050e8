"""Patterns run on a linear-time engine, so that no contract can stall a stream."""

from collections.abc import Iterator
from typing import Final

import jsonschema_rs

from sluice.contract.checks.subject import Subject, error
from sluice.contract.tree import MapNode, ScalarNode
from sluice.problem import Place, Problem

NOT_LINEAR: Final = {
    "(?=": "lookahead",
    "(?!": "negative lookahead",
    "(?<=": "lookbehind",
    "(?<!": "negative lookbehind",
    "(?>": "an atomic group",
}


def check(subject: Subject) -> Iterator[Problem]:
    """Patterns of fields, and those that quality rules give as argument."""
    for found in subject.streams:
        for field in found.fields:
            yield from _pattern(field.options, f"the pattern of field '{found.name}.{field.path}'")
        for rule in found.quality():
            yield from _pattern(rule.map("arguments"), f"the pattern of quality rule '{rule.text('name')}'")


def _pattern(holder: MapNode | None, what: str) -> Iterator[Problem]:
    node = holder.get("pattern") if holder else None
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        reason = why_not(node.value)
        if reason:
            yield _refusal(node.place, what, reason)


def why_not(pattern: str) -> str:
    """Why no linear-time engine takes a pattern; empty where one does."""
    try:
        jsonschema_rs.Draft7Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except jsonschema_rs.ValidationError:
        return next(
            (f"{name} ({sign} ...)" for sign, name in NOT_LINEAR.items() if sign in pattern), _backwards(pattern)
        )
    return ""


def _backwards(pattern: str) -> str:
    if any(f"\\{digit}" in pattern for digit in "123456789"):
        return "a reference back to a group (\\1 ...)"
    return "something that no engine takes: look for brackets that do not close"


def _refusal(place: Place, what: str, reason: str) -> Problem:
    return error(
        place,
        "pattern-not-linear",
        f"{what} uses {reason}, which a linear-time engine cannot run",
        "write it without, or as a CEL rule: one slow pattern would stall the stream",
    )
