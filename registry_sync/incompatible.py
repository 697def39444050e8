"""An incompatibility told in words with the ways out, and the recorded override that lets a major version break."""

from typing import Final

from connections.registry import CompatibilityAnswer
from registry_sync.claims import recorded_subjects
from registry_sync.comparison import Compare
from registry_sync.remark import Refusal
from registry_sync.state import Observed, Subject, SubjectState
from sluice.contract.stream import Compatibility

REASONS_MAX: Final = 20


def incompatibility(subject: Subject, state: SubjectState, compare: Compare) -> Refusal | None:
    """Why the change breaks the subject's level, None where it does not.

    Both are asked: the registry where it could be asked under the level that will hold, and our own comparison, since
    some registries enforce nothing until they are told to. Where only ours objects, it cannot prove the change safe,
    and a person may overrule it.
    """
    if subject.level is Compatibility.NONE:
        return None
    ours = _reasons(subject, state, compare)
    answer = state.answer
    refused = answer is not None and not answer.compatible
    if not ours and not refused:
        return None
    theirs = tuple(f"the registry: {message}" for message in answer.messages) if answer else ()
    return Refusal(
        code="incompatible",
        name=subject.name,
        sentence=f"{subject.owner.contract} {subject.owner.version} is not {subject.level} compatible with version "
        f"{state.latest.version}{_who(answer, ours)}",
        reasons=_cut((*ours, *theirs) or ("the registry refuses it and gives no reason",)),
        ways_out=(
            "make the change compatible: keep the field and its type, add new fields as optional",
            f"or raise the major version in {subject.owner.file} and record it with a reason as the stream's 'breaks'",
            "or give the new shape topics of its own, and move the consumers over",
        ),
        forceable=answer is not None and answer.compatible,
    )


def _who(answer: CompatibilityAnswer | None, ours: tuple[str, ...]) -> str:
    if answer is None:
        return " (by our own comparison; the registry is asked under the new level only)"
    if answer.compatible:
        return " by our own comparison, and the registry would take it; --force follows the registry"
    return "" if ours else " for the registry, and our own comparison finds nothing"


def override_refusal(subject: Subject, estate: str, observed: Observed) -> Refusal | None:
    """Why a recorded break does not count, None where it does.

    It is for another version, or that version is no new major of what ``estate`` applied before. Where it counts and
    sync did not make the subject, the history is somebody else's: a person must mean it.
    """
    override = subject.override
    if override is None or override.version != subject.owner.version:
        return _stale(subject, f"records a break for {override.version if override else 'no version'}")
    ours = [one for one in observed.records if one.estate == estate and one.contract == subject.owner.contract]
    if not ours:
        return _stale(subject, "records a break, and no version of it was applied before: there is nothing to break")
    applied = max((record.version for record in ours), key=_major)
    if _major(override.version) <= _major(applied):
        return _stale(subject, f"records a break, and {applied} was applied before: only a new major version may break")
    if subject.name not in recorded_subjects(estate, observed):
        return Refusal(
            code="history-of-others",
            name=subject.name,
            sentence="was not made by sync, and all its versions would be deleted (softly) for the recorded break",
            ways_out=("give the new shape topics of its own", "or pass --force if nobody else rests on them"),
            forceable=True,
        )
    return None


def _stale(subject: Subject, what: str) -> Refusal:
    return Refusal(
        code="override-refused",
        name=subject.name,
        sentence=f"{subject.owner.file} {what}; its version is {subject.owner.version}",
        ways_out=(
            "raise the major version above the applied one, and name that version in 'breaks'",
            "or give the new shape topics of its own",
        ),
        forceable=False,
    )


def _reasons(subject: Subject, state: SubjectState, compare: Compare) -> tuple[str, ...]:
    told = list(compare(subject.level, state.latest.schema, subject.schema))
    for older in state.history:
        reasons = compare(subject.level, older.schema, subject.schema)
        told += [f"against version {older.version}: {reason}" for reason in reasons if reason not in told]
    return tuple(told)


def _cut(reasons: tuple[str, ...]) -> tuple[str, ...]:
    more = len(reasons) - REASONS_MAX
    return reasons if more <= 0 else (*reasons[:REASONS_MAX], f"and {more} more")


def _major(version: str) -> int:
    head = version.partition(".")[0]
    return int(head) if head.isdigit() else 0
