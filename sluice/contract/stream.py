"""The stream of an object as a value: its topics, how records arrive, and how strictly they are taken."""

from dataclasses import dataclass, field
from enum import StrEnum


class Enforce(StrEnum):
    """Whether a rule rejects records or is only counted (how a new rule is rolled out)."""

    ON = "on"
    OBSERVE = "observe"


class Source(StrEnum):
    """How records come to the raw topic."""

    DIRECT = "direct"
    CDC = "cdc"


class Encoding(StrEnum):
    """How the payload is framed on the wire."""

    PLAIN = "plain"
    CONFLUENT = "confluent"
    AUTO = "auto"


class UnknownFields(StrEnum):
    """What happens to fields that the contract does not declare."""

    ALLOW = "allow"
    WARN = "warn"
    REJECT = "reject"


class Tombstones(StrEnum):
    """What happens to records whose value is null."""

    PASS = "pass"  # noqa: S105 - a policy, no password
    REJECT = "reject"


class Compatibility(StrEnum):
    """The compatibility levels of a Confluent-compatible schema registry."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerEnforcement:
    """Enforcement for one named producer, as ``producerHeader`` names it (the part before ``/``)."""

    producer: str
    enforce: Enforce


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSettings:
    """What the contract asks of its topics; None leaves it to the environment's settings."""

    partitions: int | None = None
    retention_ms: int | None = None
    cleanup_policy: str | None = None
    max_message_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A recorded break: the major version that may break the compatibility level, and why the reviewers let it."""

    version: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaReference:
    """A schema of another subject that the registry should know this stream to rest on."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The ``stream`` profile of one object: its topics, how records arrive, and how strictly they are taken."""

    raw: str
    validated: str
    dead_letter: str
    parking: str
    source: Source = Source.DIRECT
    encoding: Encoding = Encoding.AUTO
    event_time: str | None = None
    landing_period: str = "P1D"
    landing_timezone: str = "UTC"
    allowed_lateness: str = "PT0S"
    producer_header: str | None = None
    unknown_fields: UnknownFields = UnknownFields.ALLOW
    compatibility: Compatibility = Compatibility.BACKWARD
    tombstones: Tombstones = Tombstones.REJECT
    enforce: Enforce = Enforce.ON
    enforce_producers: tuple[ProducerEnforcement, ...] = ()
    replica_identity_full: bool = False
    topics: TopicSettings = field(default_factory=TopicSettings)
    breaks: Break | None = None
    references: tuple[SchemaReference, ...] = ()
