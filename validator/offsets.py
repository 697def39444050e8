"""The consumer group's committed offsets: read as a hint, written when a job starts without state."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicPartition

from connections.kafka import GRACE_SECONDS, client, kafka_fault
from connections.settings import Kafka
from sluice.ledger.balance import Partition
from validator.admin import admin

POLL_SECONDS: Final = 0.5
_LOADING: Final = frozenset(  # a broker that has just started, and still reads what groups have committed
    {
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
    }
)


def committed(kafka: Kafka, group: str, topics: Sequence[str]) -> dict[Partition, int]:
    """What the group has committed for these topics; empty where it never did.

    Asked by a consumer that joins nothing: the admin client's list_consumer_group_offsets ends the process by a null
    pointer where the group's coordinator is not loaded yet, as on a new cluster (librdkafka issue 5040).
    """
    consumer = client(Consumer, kafka, {"group.id": group, "enable.auto.commit": False})
    deadline = time.monotonic() + kafka.timeout_seconds
    try:
        known = consumer.list_topics(timeout=kafka.timeout_seconds).topics
        places = [TopicPartition(topic, at) for topic in topics if topic in known for at in known[topic].partitions]
        while True:
            try:
                listed = consumer.committed(places, timeout=kafka.timeout_seconds)
                break
            except KafkaException as error:
                if error.args[0].code() not in _LOADING or time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)
    except KafkaException as error:
        raise kafka_fault(error, kafka, f"reading the offsets of {group}") from None
    finally:
        consumer.close()
    return {Partition(topic=at.topic, number=at.partition): at.offset for at in listed if at.offset >= 0}


def commit(kafka: Kafka, group: str, offsets: Mapping[Partition, int]) -> None:
    """Set the group's offsets; nothing of the group may run meanwhile."""
    if not offsets:
        return
    places = [TopicPartition(at.topic, at.number, offset) for at, offset in sorted(offsets.items())]
    deadline = time.monotonic() + kafka.timeout_seconds
    while (refused := _refused(kafka, group, places)) is not None:
        at, error = refused
        if error.code() not in _LOADING or time.monotonic() > deadline:
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
