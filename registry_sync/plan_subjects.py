"""What has to be done to subjects: registered, levelled, begun anew by a recorded break, or deleted as nobody's."""

import json
from collections.abc import Iterator

from connections.registry import Schema
from registry_sync.change import Register, Restart, SetLevel
from registry_sync.claims import in_scope, made_by_us, recorded_subjects
from registry_sync.comparison import Compare
from registry_sync.equal import equal_but_for_stamp
from registry_sync.incompatible import incompatibility, override_refusal
from registry_sync.plan_access import recorded_access
from registry_sync.record import with_record
from registry_sync.remark import Note, Refusal
from registry_sync.state import Desired, Observed, Record, Subject, SubjectState
from sluice.compile.text import canonical

Step = Register | Restart | SetLevel | Refusal | Note


def structure_changes(subject: Subject, estate: str, observed: Observed, compare: Compare) -> Iterator[Step]:
    """A subject of ``estate`` under its level: the change must be compatible, or the contract records the break."""
    state = observed.subjects.get(subject.name)
    if state is None or is_up_to_date(subject.schema, state):
        yield from _plainly(subject, state, subject.schema)
        return
    refusal = incompatibility(subject, state, compare)
    if refusal is None:
        yield from _plainly(subject, state, subject.schema)
    elif subject.override is None:
        yield refusal
        if refusal.forceable:
            yield from _plainly(subject, state, subject.schema)
    else:
        faulty = override_refusal(subject, estate, observed)
        if faulty is not None:
            yield faulty
            if not faulty.forceable:
                return
        yield Restart(
            name=subject.name,
            latest_version=state.latest.version,
            reason=f"version {subject.override.version} breaks {subject.level}, as its contract records: "
            f"{subject.override.reason}",
        )
        yield _registration(subject, None, subject.schema, after_version=state.latest.version)


def rules_changes(subject: Subject, desired: Desired, observed: Observed) -> Iterator[Step]:
    """The rules with the record of ownership; their level is NONE, since the contract's review decides."""
    yield from _plainly(subject, observed.subjects.get(subject.name), rules_text(subject, desired, observed))


def rules_text(subject: Subject, desired: Desired, observed: Observed) -> Schema:
    """The rules schema of ``subject`` with what is recorded beside it."""
    recorded = recorded_subjects(desired.estate, observed)
    mine = (one for one in desired.subjects if one.owner == subject.owner and one is not subject)
    noted = next((record.access for record in observed.records if record.subject == subject.name), ())
    record = Record(
        subject=subject.name,
        contract=subject.owner.contract,
        version=subject.owner.version,
        estate=desired.estate,
        topics=tuple(topic.name for topic in desired.topics if topic.owner == subject.owner),
        subjects=tuple(one.name for one in mine if made_by_us(one, recorded, observed)),
        access=tuple(recorded_access(subject.name, desired, observed, noted)),
    )
    return Schema(text=canonical(with_record(json.loads(subject.schema.text), record)))


def orphans(desired: Desired, observed: Observed) -> tuple[tuple[Record, tuple[str, ...]], ...]:
    """For each record in scope the living subjects that it holds and nobody wants any more, its own last."""
    wanted = {subject.name for subject in desired.subjects}
    held = {name for record in observed.records if not in_scope(record, desired) for name in record.subjects}
    keep = wanted | held
    return tuple(
        (record, tuple(name for name in (*record.subjects, record.subject) if name in observed.living - keep))
        for record in observed.records
        if in_scope(record, desired)
    )


def is_up_to_date(wanted: Schema, state: SubjectState) -> bool:
    """Whether the latest version says what is wanted, by our reading or by the registry's."""
    return equal_but_for_stamp(state.latest.schema, wanted) or state.same_as == state.latest.version


def _plainly(subject: Subject, state: SubjectState | None, schema: Schema) -> Iterator[Register | SetLevel]:
    if state is None or not is_up_to_date(schema, state):
        yield _registration(subject, state, schema, after_version=state.latest.version if state else 0)
    elif state.level != subject.level:
        yield SetLevel(
            name=subject.name,
            before=state.level.value if state.level else "the registry's own",
            after=subject.level,
            reason="differs from the contract",
        )


def _registration(subject: Subject, state: SubjectState | None, schema: Schema, *, after_version: int) -> Register:
    revert_of = state.same_as if state is not None else None
    owner = f"{subject.owner.contract} {subject.owner.version}"
    reason = f"new: {owner}" if state is None else f"changed: {owner}"
    if revert_of is not None:
        reason = f"reverted to what version {revert_of} says: {owner}"
    return Register(
        name=subject.name,
        role=subject.role,
        level=subject.level,
        schema=schema,
        before=state.latest.schema.text if state else None,
        after_version=after_version,
        revert_of=revert_of,
        reason=reason,
    )
