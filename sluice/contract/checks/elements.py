"""Service levels are about elements that exist."""

from collections.abc import Iterator

from sluice.contract.checks.consumers import elements
from sluice.contract.checks.subject import Subject, error
from sluice.contract.suggest import did_you_mean
from sluice.problem import Problem


def check(subject: Subject) -> Iterator[Problem]:
    """``element`` names object or object.field; several are separated by commas."""
    if not subject.streams:
        return
    known = elements(subject.draft)
    for level in subject.draft.root.maps("slaProperties"):
        for element in filter(None, (part.strip() for part in level.text("element").split(","))):
            if element not in known:
                yield error(
                    level.place_of_value("element"),
                    "sla-element-unknown",
                    f"service level '{level.text('property')}' is about '{element}', which is declared nowhere",
                    did_you_mean(element, known, "write object or object.field"),
                )
