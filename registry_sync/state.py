"""What a contract wants of the platform and what the platform has: subjects, topics and access rules as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connections.registry import CompatibilityAnswer, Schema, SchemaVersion
from sluice.contract.stream import Compatibility

Config = tuple[tuple[str, str], ...]


class Role(StrEnum):
    """What a subject holds."""

    STRUCTURE = "structure"  # <topic>-value: what serdes use, under the contract's level
    KEY = "key"  # <topic>-key: the primary key of change data capture
    RULES = "rules"  # <raw>-contract: what the validator judges by, at NONE


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Owner:
    """The object of a contract that wants something: ``flights`` 1.0.0, ``flight``."""

    contract: str
    object: str
    version: str
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A break that the contract's file records: the major version that may break, and why."""

    version: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject as it should be."""

    name: str
    role: Role
    level: Compatibility
    schema: Schema
    owner: Owner
    override: Override | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as it should be.

    ``partitions`` None: as many as ``like`` (the raw topic) has or gets; without that, ``partitions_default``.
    ``config`` holds only the keys that Sluice decides; all others are left alone.
    """

    name: str
    partitions: int | None
    partitions_default: int
    like: str | None
    replication: int
    config: Config
    owner: Owner


class Resource(StrEnum):
    """What an access rule is about."""

    TOPIC = "topic"
    GROUP = "group"
    TRANSACTIONAL_ID = "transactional-id"


class Operation(StrEnum):
    """What an access rule allows; to read or to write lets describe as well, but not a topic's settings."""

    READ = "read"
    WRITE = "write"
    DESCRIBE = "describe"
    DESCRIBE_CONFIGS = "describe-configs"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Access:
    """One allowed operation; ``prefixed`` means that ``name`` is the beginning of the resource's name."""

    principal: str
    operation: Operation
    resource: Resource
    name: str
    prefixed: bool = False

    def __str__(self) -> str:
        return f"{self.principal} may {self.operation} {self.resource} {self.name}{'*' if self.prefixed else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """What the contracts and the environment's settings want.

    ``contracts`` are the ids in scope; ``whole`` says that they are the whole estate, so that all others are gone.
    ``access`` None: access rules are none of this run's business.
    """

    contracts: tuple[str, ...]
    estate: str
    whole: bool
    subjects: tuple[Subject, ...]
    topics: tuple[Topic, ...]
    access: tuple[tuple[str, Access], ...] | None = None  # with the rules subject that records it


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an earlier apply noted in a ``<raw>-contract``: whose it is, and what was made for it."""

    subject: str
    contract: str
    version: str
    estate: str | None
    topics: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    access: tuple[Access, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectState:
    """A subject as it is.

    ``same_as`` is the version that already holds the wanted schema, if any; ``answer`` is the registry's opinion of it
    where it was asked; ``history`` holds the living versions before the latest where a transitive level counts them.
    """

    latest: SchemaVersion
    level: Compatibility | None
    same_as: int | None = None
    answer: CompatibilityAnswer | None = None
    history: tuple[SchemaVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicState:
    """A topic as it is; ``config`` holds effective values, defaults included."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The world, read once: what is wanted and exists, every record of Sluice, and who may do what."""

    registry_url: str
    bootstrap: str
    cluster: str
    subjects: Mapping[str, SubjectState] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    living: frozenset[str] = frozenset()
    topics: Mapping[str, TopicState] = field(default_factory=dict)
    access: frozenset[Access] = frozenset()
    missing_references: tuple[tuple[str, str], ...] = ()
    read_only: bool = False
