"""No two streams are published in one table: its name keeps less of theirs than they have."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import Draft
from sluice.contract.table import table_name
from sluice.problem import Place, Problem


class Claim(NamedTuple):
    """An object's use of a table."""

    table: str
    contract: str
    object: str
    place: Place


def check(subject: Subject) -> Iterator[Problem]:
    """Within one file."""
    return conflicts(claims(subject.draft))


def claims(draft: Draft) -> Iterator[Claim]:
    """The tables that the streams of a file are published in, in its order."""
    contract = draft.root.text("id")
    names: set[str] = set()
    for found in draft.objects:
        if found.stream is not None and found.name not in names:  # one name twice is told by names.check
            names.add(found.name)
            yield Claim(table_name(contract, found.name), contract, found.name, found.place)


def conflicts(claimed: Iterable[Claim]) -> Iterator[Problem]:
    """Each claim on a table that an earlier one has."""
    first: dict[str, Claim] = {}
    for claim in claimed:
        earlier = first.setdefault(claim.table, claim)
        if earlier is not claim:
            yield error(
                claim.place,
                "table-claimed-twice",
                f"object '{claim.object}' of contract '{claim.contract}' would be published in the table"
                f" '{claim.table}', which is that of object '{earlier.object}' of contract '{earlier.contract}'"
                f" in {earlier.place.file}, line {earlier.place.line}",
                "rename one of them: tables are told apart by letters, digits and underscores, whatever their case",
            )
