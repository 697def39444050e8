"""The four topics of a stream as they should be: room for the envelope, and history kept as history."""

from typing import Final

from registry_sync.settings import FOREVER, Topics
from registry_sync.state import Config, Owner, Topic
from sluice.contract.stream import Stream

ENVELOPE_BYTES: Final = 64 * 1024  # violations take 32 KiB at most, and names, coordinates and reasons the rest
HEADER_BYTES: Final = 1024  # the one header of a validated record
ANY_AGE_MS: Final = 2**63 - 1  # before and after: a record that one topic took must not be refused by the next


def wanted_topics(owner: Owner, stream: Stream, defaults: Topics) -> tuple[Topic, ...]:
    """Raw, validated, dead-letter and parking.

    Raw, validated and dead-letter have equal partition counts, so that a key keeps its partition number; the parking
    topic is read by people and has one. Dead letters are kept at least as long as raw records. The contract's cleanup
    policy is the validated topic's: a compacted raw topic would lose records before they are judged. The raw topic
    is compressed as its outputs are: a record that is below its limit only in a denser codec must be refused at the
    producer, since it could be written to no output.
    """
    asked = stream.topics
    size = defaults.max_message_bytes if asked.max_message_bytes is None else asked.max_message_bytes
    kept = defaults.retention_ms if asked.retention_ms is None else asked.retention_ms
    dead = _longest(kept, defaults.dead_letter_retention_ms)
    policy = asked.cleanup_policy or "delete"

    def topic(
        name: str,
        config: Config,
        *,
        partitions: int | None,
        like: str | None = None,
        default: int = defaults.partitions,
    ) -> Topic:
        return Topic(
            name=name,
            partitions=partitions,
            partitions_default=default,
            like=like,
            replication=defaults.replication,
            config=tuple(sorted(config + _everywhere(defaults))),
            owner=owner,
        )

    count = asked.partitions
    compressed = ("compression.type", defaults.raw_compression)
    return (
        topic(stream.raw, (compressed, *_config("delete", kept, size)), partitions=count),
        topic(stream.validated, _config(policy, kept, size + HEADER_BYTES), partitions=count, like=stream.raw),
        topic(stream.dead_letter, _config("delete", dead, size + ENVELOPE_BYTES), partitions=count, like=stream.raw),
        topic(stream.parking, _config("delete", dead, size + ENVELOPE_BYTES), partitions=None, default=1),
    )


def _config(policy: str, retention_ms: int, max_message_bytes: int) -> Config:
    return (
        ("cleanup.policy", policy),
        ("max.message.bytes", str(max_message_bytes)),
        ("retention.ms", str(retention_ms)),
    )


def _everywhere(defaults: Topics) -> Config:
    config: Config = (
        ("message.timestamp.after.max.ms", str(ANY_AGE_MS)),
        ("message.timestamp.before.max.ms", str(ANY_AGE_MS)),
        ("message.timestamp.type", "CreateTime"),
    )
    if defaults.min_insync_replicas is None:
        return config
    return (*config, ("min.insync.replicas", str(defaults.min_insync_replicas)))


def _longest(one: int, other: int) -> int:
    return FOREVER if FOREVER in (one, other) else max(one, other)
