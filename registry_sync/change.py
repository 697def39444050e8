"""The changes that a plan may hold: a closed union, each with its reason; pure data."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from connections.registry import Schema
from registry_sync.state import Access, Config, Role
from sluice.contract.stream import Compatibility

Settings = tuple[tuple[str, str, str], ...]  # key, value before, value after


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTopic:
    """Create a topic."""

    kind: ClassVar[str] = "create-topic"
    name: str
    partitions: int
    replication: int
    config: Config
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowTopic:
    """Add partitions to a topic; there is no way back."""

    kind: ClassVar[str] = "grow-topic"
    name: str
    before: int
    after: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureTopic:
    """Change the keys of a topic that Sluice decides."""

    kind: ClassVar[str] = "configure-topic"
    name: str
    settings: Settings
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLevel:
    """Set a subject's own compatibility level."""

    kind: ClassVar[str] = "set-level"
    name: str
    before: str
    after: Compatibility
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Register a schema as the subject's next version.

    ``after_version`` is the version that is the latest now (0: none); ``revert_of`` the older version that holds the
    same text and is deleted softly first, since registries answer a known text with its old version.
    """

    kind: ClassVar[str] = "register"
    name: str
    role: Role
    level: Compatibility
    schema: Schema
    before: str | None
    after_version: int
    revert_of: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """Delete a subject's versions softly, so that a recorded break begins a new history; ids keep resolving."""

    kind: ClassVar[str] = "restart-history"
    name: str
    latest_version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSubject:
    """Delete a subject softly: ids keep resolving, and it can be registered again."""

    kind: ClassVar[str] = "delete-subject"
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Allow one operation to one principal."""

    kind: ClassVar[str] = "grant"
    access: Access
    reason: str

    @property
    def name(self) -> str:
        """The rule in words."""
        return str(self.access)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """Take back what an earlier apply granted."""

    kind: ClassVar[str] = "revoke"
    access: Access
    reason: str

    @property
    def name(self) -> str:
        """The rule in words."""
        return str(self.access)


Change = CreateTopic | GrowTopic | ConfigureTopic | SetLevel | Register | Restart | DeleteSubject | Grant | Revoke


def as_json(change: Change) -> dict[str, Any]:
    """The change as a JSON object, ``kind`` and ``name`` first."""
    return {"kind": change.kind, "name": change.name, **asdict(change)}
