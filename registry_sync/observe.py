"""The world, read once: what exists of what is wanted, what earlier applies recorded, and the registry's opinion."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from connections.registry import CompatibilityAnswer, Registry, Schema, SchemaVersion
from registry_sync.broker import Broker
from registry_sync.plan_subjects import is_up_to_date, rules_text
from registry_sync.record import SUFFIX, read_record
from registry_sync.state import Desired, Observed, Record, Role, Subject, SubjectState
from sluice.contract.stream import Compatibility

HISTORY_MAX: Final = 50
TRANSITIVE: Final = frozenset(
    {Compatibility.BACKWARD_TRANSITIVE, Compatibility.FORWARD_TRANSITIVE, Compatibility.FULL_TRANSITIVE}
)


def observe(desired: Desired, registry: Registry, broker: Broker, *, bootstrap: str) -> Observed:
    """Read the registry and the broker; raises Fault when one of them cannot be read. Changes nothing."""
    living = frozenset(registry.subjects())
    latest = _latest(registry, living, desired.subjects)
    seen = Observed(
        registry_url=registry.url,
        bootstrap=bootstrap,
        cluster=broker.cluster(),
        subjects={name: SubjectState(latest=found, level=registry.level(name)) for name, found in latest.items()},
        records=_records(registry, living, latest),
        living=living,
        topics=broker.topics(topic.name for topic in desired.topics),
        access=frozenset() if desired.access is None else broker.access(),
        missing_references=_missing_references(registry, desired.subjects),
        read_only=registry.read_only(),
    )
    examined = {subject.name: _examined(subject, desired, seen, registry) for subject in desired.subjects}
    return replace(seen, subjects={name: state for name, state in examined.items() if state is not None})


def _latest(registry: Registry, living: frozenset[str], subjects: Iterable[Subject]) -> dict[str, SchemaVersion]:
    wanted = sorted({subject.name for subject in subjects} & living)
    found = ((name, registry.latest(name)) for name in wanted)
    return {name: version for name, version in found if version is not None}


def _records(registry: Registry, living: frozenset[str], known: dict[str, SchemaVersion]) -> tuple[Record, ...]:
    found = []
    for name in sorted(living):
        if name.endswith(SUFFIX):
            latest = known.get(name) or registry.latest(name)
            record = read_record(name, latest.schema.text) if latest else None
            if name in known and (record is None or record.estate is None):
                record = _earlier(registry, name) or record
            found += [record] if record else []
    return tuple(found)


def _earlier(registry: Registry, name: str) -> Record | None:
    """The newest record in the history of a wanted subject: whoever registers over it does not make it his."""
    for number in registry.versions(name)[-HISTORY_MAX:-1][::-1]:
        older = registry.version(name, number)
        record = read_record(name, older.schema.text) if older else None
        if record is not None and record.estate is not None:
            return record
    return None


def _examined(subject: Subject, desired: Desired, seen: Observed, registry: Registry) -> SubjectState | None:
    """The state with the registry's opinion of a schema that is not the latest; it is asked only where that counts."""
    state = seen.subjects.get(subject.name)
    if state is None:
        return None
    wanted = rules_text(subject, desired, seen) if subject.role is Role.RULES else subject.schema
    if is_up_to_date(wanted, state):
        return state
    known = registry.lookup(subject.name, wanted)
    same_as = known.version if known else None
    if subject.level is Compatibility.NONE or same_as == state.latest.version:
        return replace(state, same_as=same_as)
    return replace(
        state,
        same_as=same_as,
        answer=_asked(subject, state, wanted, registry),
        history=_history(subject, state, registry),
    )


def _asked(subject: Subject, state: SubjectState, wanted: Schema, registry: Registry) -> CompatibilityAnswer | None:
    if state.level != subject.level or wanted.references:
        return None  # another level will hold then, and some registries cannot check what refers to others
    return registry.check(subject.name, wanted)


def _history(subject: Subject, state: SubjectState, registry: Registry) -> tuple[SchemaVersion, ...]:
    if subject.level not in TRANSITIVE:
        return ()
    older = [number for number in registry.versions(subject.name) if number != state.latest.version]
    found = (registry.version(subject.name, number) for number in older[-HISTORY_MAX:])
    return tuple(version for version in found if version is not None)


def _missing_references(registry: Registry, subjects: Iterable[Subject]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (subject.name, f"{reference.subject} version {reference.version}")
        for subject in subjects
        for reference in subject.schema.references
        if registry.version(reference.subject, reference.version) is None
    )
