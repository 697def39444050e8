"""Several contracts together: what one file cannot know of another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sluice.contract.checks import tables, topics
from sluice.contract.checks.consumers import elements
from sluice.contract.checks.subject import error
from sluice.contract.draft import Draft
from sluice.contract.read import Reading, examine, in_order, is_refused
from sluice.contract.suggest import did_you_mean
from sluice.problem import Place, Problem

ENGINE: Final = "sluice"
PARTS: Final = 3  # contract.object.field


def lint_all(files: Mapping[str, bytes]) -> tuple[Reading, ...]:
    """Lint files together, one reading for each in the order given; a conflict is told in the later file."""
    examined = [examine(text, file) for file, text in files.items()]
    drafts = [one.written for one in examined if one.written is not None]
    apart = list(_one_each(drafts))
    across = [
        *_ids(drafts),
        *topics.conflicts(claim for draft in apart for claim in topics.claims(draft)),
        *tables.conflicts(claim for draft in apart for claim in tables.claims(draft)),
        *_references(drafts),
    ]
    return tuple(
        _with(one.reading, [problem for problem in across if problem.place.file == file])
        for file, one in zip(files, examined, strict=True)
    )


def _with(reading: Reading, found: Iterable[Problem]) -> Reading:
    problems = in_order((*reading.problems, *found))
    return Reading(None if is_refused(problems) else reading.contract, problems)


def _ids(drafts: Iterable[Draft]) -> Iterator[Problem]:
    first: dict[str, Place] = {}
    for draft in drafts:
        name, place = draft.root.text("id"), draft.root.place_of_value("id")
        earlier = first.setdefault(name, place) if name else place
        if earlier is not place:
            yield error(
                place,
                "id-claimed-twice",
                f"{earlier.file} has the id '{name}' already",
                "give each contract its own",
            )


def _one_each(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The first draft of each id: of a copy nothing but that it is one is worth telling."""
    seen: set[str] = set()
    for draft in drafts:
        name = draft.root.text("id")
        if not name or name not in seen:
            seen.add(name)
            yield draft


def _references(drafts: list[Draft]) -> Iterator[Problem]:
    """References between contracts; a contract that is not among the files cannot be looked into."""
    known = {draft.root.text("id"): elements(draft) for draft in drafts}
    for draft in drafts:
        for found in draft.objects:
            for rule in found.quality():
                implementation = rule.map("implementation")
                if rule.text("engine") != ENGINE or implementation is None:
                    continue
                contract, _, element = implementation.text("references").partition(".")
                if contract in known and element not in known[contract]:
                    yield error(
                        implementation.place_of_value("references"),
                        "reference-unknown",
                        f"quality rule '{rule.text('name')}' refers to '{element}', unknown to contract '{contract}'",
                        did_you_mean(element, known[contract]),
                    )
