"""What the driver asks of Kafka before a job starts: the cluster's id, that topics exist, and how much they hold."""

from collections.abc import Sequence

import msgspec
from confluent_kafka import KafkaException

from connections.kafka import GRACE_SECONDS, kafka_fault
from connections.settings import Kafka
from sluice.terminal import Fault
from validator.admin import admin
from validator.frozen import Frozen, compile_gate
from validator.topic_settings import topic_settings

CONTRACT_HEADER_ROOM_BYTES = 1024


def cluster_id(kafka: Kafka) -> str:
    """The id that the brokers tell."""
    try:
        return str(admin(kafka).describe_cluster().result(kafka.timeout_seconds + GRACE_SECONDS).cluster_id)
    except (KafkaException, TimeoutError) as error:
        raise kafka_fault(error, kafka, "asking for the cluster's id") from None


def require_topics(kafka: Kafka, topics: Sequence[str]) -> dict[str, int]:
    """Partitions by topic; Fault that names all which are missing: a missing one would fail the job at its start."""
    try:
        known = admin(kafka).list_topics(timeout=kafka.timeout_seconds).topics
    except KafkaException as error:
        raise kafka_fault(error, kafka, "listing topics") from None
    missing = [topic for topic in topics if topic not in known or known[topic].error is not None]
    if missing:
        raise Fault(f"Kafka at {kafka.bootstrap} has no topic {', '.join(missing)}; `sluice apply` creates them")
    return {topic: len(known[topic].partitions) for topic in topics}


def with_limits(contracts: Sequence[Frozen], kafka: Kafka) -> tuple[Frozen, ...]:
    """The contracts with what their validated and dead-letter topics can hold, as ``max.message.bytes`` says."""
    gates = [compile_gate(frozen) for frozen in contracts]
    topics = [topic for gate in gates for topic in (gate.topics.validated, gate.topics.dead_letter)]
    limits = {topic: int(size) for topic, size in topic_settings(kafka, topics, "max.message.bytes").items()}
    return tuple(
        msgspec.structs.replace(
            frozen,
            value_bytes_max=limits[gate.topics.validated] - CONTRACT_HEADER_ROOM_BYTES,
            letter_bytes_max=limits[gate.topics.dead_letter],
        )
        for frozen, gate in zip(contracts, gates, strict=True)
    )
