"""What the driver asks of Kafka before a job starts: the cluster's id, that topics exist, and how much they hold."""

from collections.abc import Sequence

from confluent_kafka import KafkaException

from connections.admin import admin
from connections.kafka import GRACE_SECONDS, kafka_fault
from connections.settings import Kafka
from sluice.terminal import Fault
from validator.frozen import Frozen, compile_gate
from validator.limits import limited, too_dense, too_small
from validator.topic_settings import topic_settings


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
    """The contracts with what their outputs hold; Fault that names each output which cannot take what its raw can."""
    gates = [compile_gate(frozen) for frozen in contracts]
    topics = [topic for gate in gates for topic in (gate.topics.raw, gate.topics.validated, gate.topics.dead_letter)]
    limits = {topic: int(size) for topic, size in topic_settings(kafka, topics, "max.message.bytes").items()}
    if told := [sentence for gate in gates for sentence in too_small(gate.topics, limits)]:
        raise Fault("; ".join(told))
    return tuple(limited(frozen, gate.topics, limits) for frozen, gate in zip(contracts, gates, strict=True))


def warning_of_compression(contracts: Sequence[Frozen], kafka: Kafka) -> str:
    """What ``too_dense`` says of the raw topics as they are on the broker; empty where there is nothing to say."""
    return too_dense(
        topic_settings(kafka, [compile_gate(frozen).topics.raw for frozen in contracts], "compression.type")
    )
