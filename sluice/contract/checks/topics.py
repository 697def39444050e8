"""No two streams share a topic, and no stream uses one topic twice."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import Draft, ObjectDraft
from sluice.problem import Place, Problem

KEYS: Final = {"raw": ".raw", "deadLetter": ".dead-letter", "parking": ".parking"}


class Claim(NamedTuple):
    """An object's use of a topic."""

    topic: str
    object: str
    role: str
    place: Place


def check(subject: Subject) -> Iterator[Problem]:
    """Within one file."""
    return conflicts(claims(subject.draft))


def claims(draft: Draft) -> Iterator[Claim]:
    """The topics that the objects of a file use, in its order."""
    for found in draft.objects:
        if found.stream is not None or found.node.text("physicalType") == "topic":
            yield Claim(found.validated, found.name, "validated", _place_of_validated(found))
        if found.stream is not None:
            for key, suffix in KEYS.items():
                yield Claim(found.topic(key, suffix), found.name, key, _place_of(found, key))


def conflicts(claimed: Iterable[Claim]) -> Iterator[Problem]:
    """Each claim on a topic that an earlier one has."""
    first: dict[str, Claim] = {}
    for claim in claimed:
        earlier = first.setdefault(claim.topic, claim)
        if earlier is not claim:
            elsewhere = f"{earlier.place.file}, line {earlier.place.line}"
            yield error(
                claim.place,
                "topic-claimed-twice",
                f"the topic '{claim.topic}' ({claim.role} of object '{claim.object}')"
                f" is already the {earlier.role} topic of object '{earlier.object}' in {elsewhere}",
                "give each object a physicalName and topics of its own",
            )


def _place_of_validated(found: ObjectDraft) -> Place:
    return found.node.place_of_value("physicalName") if found.node.entry("physicalName") else found.place


def _place_of(found: ObjectDraft, key: str) -> Place:
    stream = found.stream
    return stream.place_of_value(key) if stream and stream.entry(key) else found.place
