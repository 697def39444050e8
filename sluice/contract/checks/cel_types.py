"""Rules in CEL type-check against the fields that their object declares."""

from collections.abc import Iterator

from sluice.cel.check import check as check_rule
from sluice.cel.problem import CelProblem
from sluice.compile.rules import rules_schema
from sluice.contract.build import CEL
from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import ObjectDraft
from sluice.contract.model import SchemaObject
from sluice.contract.tree import ScalarNode
from sluice.problem import Problem


def check(subject: Subject, draft: ObjectDraft, described: SchemaObject) -> Iterator[Problem]:
    """Each rule by itself; the place inside the rule is told where the file shows it."""
    schema = rules_schema(subject.contract, described)
    for rule in draft.quality():
        node = rule.get("implementation")
        if rule.text("engine") == CEL and isinstance(node, ScalarNode) and isinstance(node.value, str):
            found = check_rule(node.value.rstrip(), schema)
            if isinstance(found, CelProblem):
                place = node.inside(found.line, found.column) if found.line and found.column else node.place
                yield error(place, "cel", f"rule '{rule.text('name')}': {found.message}", found.way_out)
