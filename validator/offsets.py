"""A consumer group's committed offsets, written when a job starts without state."""

import time
from collections.abc import Mapping
from typing import Final

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicPartition

from connections.admin import admin
from connections.kafka import GRACE_SECONDS, kafka_fault
from connections.reading import LOADING
from connections.settings import Kafka
from sluice.ledger.balance import Partition

POLL_SECONDS: Final = 0.5


def commit(kafka: Kafka, group: str, offsets: Mapping[Partition, int]) -> None:
    """Set the group's offsets; nothing of the group may run meanwhile."""
    if not offsets:
        return
    places = [TopicPartition(at.topic, at.number, offset) for at, offset in sorted(offsets.items())]
    deadline = time.monotonic() + kafka.timeout_seconds
    while (refused := _refused(kafka, group, places)) is not None:
        at, error = refused
        if error.code() not in LOADING or time.monotonic() > deadline:
            raise kafka_fault(error, kafka, f"setting the offset of {at} for {group}")
        time.sleep(POLL_SECONDS)


def _refused(kafka: Kafka, group: str, places: list[TopicPartition]) -> tuple[str, KafkaError] | None:
    try:
        asked = admin(kafka).alter_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(group, places)], request_timeout=kafka.timeout_seconds
        )
        answered = asked[group].result(kafka.timeout_seconds + GRACE_SECONDS).topic_partitions or []
    except (KafkaException, TimeoutError) as error:
        raise kafka_fault(error, kafka, f"setting the offsets of {group}") from None
    return next(((f"{each.topic}[{each.partition}]", each.error) for each in answered if each.error is not None), None)
