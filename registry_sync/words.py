"""A change in words: what is done and the details worth reading; shared by every rendering."""

from typing import Final, assert_never

from registry_sync.change import (
    Change,
    ConfigureTopic,
    CreateTopic,
    DeleteSubject,
    Grant,
    GrowTopic,
    Register,
    Restart,
    Revoke,
    SetLevel,
)
from registry_sync.edits import edits
from registry_sync.state import Config

DAY_MS: Final = 24 * 60 * 60 * 1000
VERBS: Final = {
    CreateTopic.kind: "create topic",
    GrowTopic.kind: "add partitions",
    ConfigureTopic.kind: "configure topic",
    SetLevel.kind: "set level",
    Register.kind: "register",
    Restart.kind: "start history over",
    DeleteSubject.kind: "delete (softly)",
    Grant.kind: "grant",
    Revoke.kind: "revoke",
}


def details(change: Change) -> tuple[str, ...]:
    """The lines that a reader needs to judge the change."""
    match change:
        case CreateTopic():
            return (f"{many(change.partitions, 'partition')}, replication {change.replication}", *_kept(change.config))
        case GrowTopic():
            return (f"{change.before} → {change.after} partitions",)
        case ConfigureTopic():
            return tuple(f"{key}: {before or 'unset'} → {after}" for key, before, after in change.settings)
        case SetLevel():
            return (f"{change.before} → {change.after}",)
        case Register():
            after = f", after version {change.after_version}" if change.after_version else ""
            return (f"level {change.level}{after}", *edits(change))
        case Restart():
            return (f"all versions up to {change.latest_version} are deleted softly",)
        case Grant() | Revoke() | DeleteSubject():
            return ()
        case _:
            assert_never(change)


def counts(changes: tuple[Change, ...]) -> str:
    """``create topic 4, register 3``: how many of each kind, in the order of first appearance."""
    kinds = [change.kind for change in changes]
    return ", ".join(f"{VERBS[kind]} {kinds.count(kind)}" for kind in dict.fromkeys(kinds))


def _kept(config: Config) -> tuple[str, ...]:
    told = dict(config)
    days = int(told["retention.ms"]) / DAY_MS
    kept = "kept for ever" if days < 0 else f"kept {days:g} days"
    return (f"{kept}, cleanup {told['cleanup.policy']}", f"records up to {told['max.message.bytes']} bytes")


def many(number: int, noun: str) -> str:
    """``1 change``, ``2 changes``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
