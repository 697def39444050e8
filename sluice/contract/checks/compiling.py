"""The contract compiles: every field of a stream becomes a schema, every rule on one record type-checks against it."""

from collections.abc import Iterator
from dataclasses import replace

from sluice.compile import support
from sluice.contract.checks import cel_types
from sluice.contract.checks.subject import Subject
from sluice.contract.draft import ObjectDraft
from sluice.contract.model import SchemaObject
from sluice.contract.tree import ScalarNode
from sluice.problem import Problem, Severity


def check(subject: Subject) -> Iterator[Problem]:
    """Fields in which something was found wrong are left out: what follows from it is no news."""
    built = {found.place: found for found in subject.contract.objects}
    for draft in subject.streams:
        if not subject.is_sound(ScalarNode(value=draft.name, place=draft.place, end_line=draft.place.line)):
            continue  # too large to be compiled, or named twice
        described = built[draft.place]
        sound = _sound(subject, draft, described)
        found = support.problems(replace(subject.contract, objects=(sound,)))
        yield from found
        is_whole = len(sound.fields) == sum(1 for _ in draft.node.maps("properties"))
        if is_whole and not any(problem.severity is Severity.ERROR for problem in found):
            yield from cel_types.check(subject, draft, described)


def _sound(subject: Subject, draft: ObjectDraft, described: SchemaObject) -> SchemaObject:
    sound = {node.place_of_value("name") for node in draft.node.maps("properties") if subject.is_sound(node)}
    return replace(described, fields=tuple(field for field in described.fields if field.place in sound))
