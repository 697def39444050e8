"""Rules in CEL type-check against the fields that their object declares."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from sluice.compile.rules import rules_schema
from sluice.contract.build import CEL
from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import ObjectDraft
from sluice.contract.model import SchemaObject
from sluice.contract.tree import ScalarNode
from sluice.problem import Problem


def check(subject: Subject, draft: ObjectDraft, described: SchemaObject) -> Iterator[Problem]:
    """Each rule by itself; the place inside the rule is told where the file shows it."""
    if find_spec("sluice.cel.check") is None:
        return
    cel = import_module("sluice.cel.check")
    schema = rules_schema(subject.contract, described)
    for rule in draft.quality():
        node = rule.get("implementation")
        if rule.text("engine") != CEL or not isinstance(node, ScalarNode) or not isinstance(node.value, str):
            continue
        found = cel.check(node.value, schema)
        if not hasattr(found, "reads"):
            place = node.inside(found.line, found.column) if found.line and found.column else node.place
            yield error(place, "cel", f"rule '{rule.text('name')}': {found.message}", found.way_out)
