"""Consumers use what exists, and are named once."""

from collections.abc import Iterator

from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import Draft, vendor_maps
from sluice.contract.suggest import did_you_mean
from sluice.problem import Place, Problem


def check(subject: Subject) -> Iterator[Problem]:
    """A breach is told to whom it touches; a field that is misspelt touches nobody."""
    known = elements(subject.draft)
    for kind in ("consumers", "producers"):
        seen: dict[str, Place] = {}
        for node in vendor_maps(subject.draft.root, kind):
            name, place = node.text("name"), node.place_of_value("name")
            if name and seen.setdefault(name, place) is not place:
                yield error(
                    place, f"{kind.removesuffix('s')}-twice", f"'{name}' is named a second time", "keep one entry"
                )
            for used, where in node.texts("uses"):
                if used not in known:
                    yield error(
                        where,
                        "consumer-uses-unknown",
                        f"consumer '{name}' uses '{used}', which the contract does not declare",
                        did_you_mean(used, known, "write object or object.field"),
                    )


def elements(draft: Draft) -> tuple[str, ...]:
    """What can be named in a contract: its objects, and their fields as object.field."""
    return tuple(
        name
        for found in draft.objects
        for name in (found.name, *(f"{found.name}.{field.path}" for field in found.fields))
    )
