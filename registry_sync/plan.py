"""Desired and observed state -> the plan: changes in the order of their application, refusals and notes. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson

from registry_sync.change import Change, DeleteSubject, as_json
from registry_sync.claims import foreign_claims, in_scope
from registry_sync.comparison import Compare
from registry_sync.limits import too_much_gone
from registry_sync.plan_access import granted, revoked
from registry_sync.plan_subjects import orphans, rules_changes, structure_changes
from registry_sync.plan_topics import topic_changes
from registry_sync.remark import Note, Refusal
from registry_sync.state import Desired, Observed, Record, Role

Step = Change | Refusal | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done; applying it is another act."""

    registry_url: str
    bootstrap: str
    cluster: str
    estate: str
    contracts: tuple[str, ...]
    changes: tuple[Change, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[Note, ...]

    @property
    def checksum(self) -> str:
        """SHA-256 of everything that an apply would do, and where: the reviewer's signature is on this."""
        return sha256(orjson.dumps(self._bound(), option=orjson.OPT_SORT_KEYS)).hexdigest()

    def allowed(self, *, force: bool) -> bool:
        """Whether the plan may be applied: no refusals, or only such as force overrules."""
        return all(force and refusal.forceable for refusal in self.refusals)

    def as_json(self) -> dict[str, Any]:
        """The plan as one JSON document."""
        return {**self._bound(), "notes": [note.as_json() for note in self.notes], "checksum": self.checksum}

    def _bound(self) -> dict[str, Any]:
        return {
            "format": 1,
            "registry": self.registry_url,
            "kafka": self.bootstrap,
            "cluster": self.cluster,
            "estate": self.estate,
            "contracts": list(self.contracts),
            "changes": [as_json(change) for change in self.changes],
            "refusals": [refusal.as_json() for refusal in self.refusals],
        }


def plan(desired: Desired, observed: Observed, *, compare: Compare, delete_limit_percent: int) -> Plan:
    """Compare the two states.

    The order keeps these promises: a schema never names a topic that is not there; rules are activated
    (``<raw>-contract``) only after the structures they rest on were accepted; what is taken away is taken away before
    the record of it is rewritten, and what is granted is granted after, so that a killed apply forgets nothing.
    """
    steps = tuple(_steps(desired, observed, compare))
    changes = tuple(step for step in steps if not isinstance(step, Refusal | Note))
    refusals = tuple(step for step in steps if isinstance(step, Refusal))
    return Plan(
        registry_url=observed.registry_url,
        bootstrap=observed.bootstrap,
        cluster=observed.cluster,
        estate=desired.estate,
        contracts=desired.contracts,
        changes=changes,
        refusals=refusals + tuple(too_much_gone(desired, observed, changes, delete_limit_percent)),
        notes=tuple(step for step in steps if isinstance(step, Note)),
    )


def _steps(desired: Desired, observed: Observed, compare: Compare) -> Iterator[Step]:
    gone = orphans(desired, observed)
    yield from _preliminaries(desired, observed)
    yield from topic_changes(desired, observed)
    yield from revoked(desired, observed, gone)
    for subject in desired.subjects:
        if subject.role is not Role.RULES:
            yield from structure_changes(subject, desired.estate, observed, compare)
    yield from _deletions(gone, rules=False)
    for subject in desired.subjects:
        if subject.role is Role.RULES:
            yield from rules_changes(subject, desired, observed)
    yield from granted(desired, observed)
    yield from _deletions(gone, rules=True)
    yield from _left_behind(desired, observed)


def _preliminaries(desired: Desired, observed: Observed) -> Iterator[Refusal | Note]:
    yield from foreign_claims(desired, observed)
    for name, count in Counter(subject.name for subject in desired.subjects).items():
        if count > 1:
            yield Refusal(code="claimed-twice", name=name, sentence="two objects want this subject", forceable=False)
    for name, reference in observed.missing_references:
        yield Refusal(
            code="reference-missing",
            name=name,
            sentence=f"the schema refers to {reference}, which the registry does not have",
            ways_out=("register it first, or correct the reference in the contract",),
            forceable=False,
        )
    if observed.read_only:
        yield Note(name=observed.registry_url, sentence="the registry is read-only: an apply would be refused")


def _deletions(gone: tuple[tuple[Record, tuple[str, ...]], ...], *, rules: bool) -> Iterator[DeleteSubject]:
    for record, names in gone:
        for name in names:
            if (name == record.subject) is rules:
                yield DeleteSubject(
                    name=name, reason=f"no contract wants it any more; made for {record.contract} {record.version}"
                )


def _left_behind(desired: Desired, observed: Observed) -> Iterator[Note]:
    """The topics that a record in scope claims and nobody wants any more: those of what is retired or renamed."""
    wanted = {topic.name for topic in desired.topics}
    scope = {record.subject: in_scope(record, desired) for record in observed.records}
    claimed = {topic for record in observed.records if not scope[record.subject] for topic in record.topics}
    ours = dict.fromkeys(topic for record in observed.records if scope[record.subject] for topic in record.topics)
    for topic in ours:
        if topic not in wanted | claimed:
            yield Note(name=topic, sentence="stays, since it holds data; delete the topic by hand when you may")
