"""Whose a subject or a topic is: what another estate or another contract has recorded is not touched."""

from collections.abc import Iterator

from registry_sync.equal import equal_but_for_stamp
from registry_sync.remark import Note, Refusal
from registry_sync.state import Desired, Observed, Record, Role, Subject


def foreign_claims(desired: Desired, observed: Observed) -> Iterator[Refusal | Note]:
    """A refusal for each wanted subject or topic that others recorded.

    Where nobody recorded a subject, a refusal for rules and a note for others; a topic has no owner but by a record.
    """
    recorded = {record.subject for record in observed.records if record.estate is not None}
    ours = recorded_subjects(desired.estate, observed)
    others = [record for record in observed.records if record.estate is not None and not in_scope(record, desired)]
    for subject in desired.subjects:
        other = next((record for record in others if subject.name in (record.subject, *record.subjects)), None)
        if other is not None:
            yield _refusal(subject.name, other)
        elif subject.role is Role.RULES and subject.name in observed.subjects and subject.name not in recorded:
            yield Refusal(
                code="not-made-by-sync",
                name=subject.name,
                sentence="exists and holds no record of an apply: whoever made it would find other rules there",
                ways_out=("give the object another raw topic", "or pass --force to take it over"),
                forceable=True,
            )
        elif subject.role is not Role.RULES and not made_by_us(subject, ours, observed):
            yield Note(
                name=subject.name,
                sentence="exists and was not made by sync: it is kept up to date from now on, and never deleted",
            )
    for topic in desired.topics:
        other = next((record for record in others if topic.name in record.topics), None)
        if other is not None:
            yield _refusal(topic.name, other)


def recorded_subjects(estate: str, observed: Observed) -> frozenset[str]:
    """Every subject that an apply of this estate has recorded as its own."""
    return frozenset(
        name for record in observed.records if record.estate == estate for name in (*record.subjects, record.subject)
    )


def made_by_us(subject: Subject, recorded: frozenset[str], observed: Observed) -> bool:
    """Recorded, or about to be made, or left by an apply that was killed before it could record it."""
    state = observed.subjects.get(subject.name)
    if subject.name in recorded or state is None:
        return True
    return state.latest.version == 1 and equal_but_for_stamp(state.latest.schema, subject.schema)


def in_scope(record: Record, desired: Desired) -> bool:
    """Whether this run decides about what the record holds."""
    return record.estate == desired.estate and (desired.whole or record.contract in desired.contracts)


def _refusal(name: str, other: Record) -> Refusal:
    return Refusal(
        code="belongs-to-others",
        name=name,
        sentence=f"is recorded for the contract {other.contract} of the estate '{other.estate}'",
        ways_out=("choose other topics, or pass --force to take it over",),
        forceable=True,
    )
