"""The consumer group's committed offsets: read as a hint, written when a job starts without state."""

from collections.abc import Mapping, Sequence

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from connections.kafka import client_config, kafka_fault
from connections.settings import Kafka
from sluice.ledger.balance import Partition


def committed(kafka: Kafka, group: str, topics: Sequence[str]) -> dict[Partition, int]:
    """What the group has committed for these topics; empty where it never did.

    Asked by a consumer that joins nothing: the admin client's list_consumer_group_offsets ends the process by a null
    pointer where the group's coordinator is not loaded yet, as on a new cluster (librdkafka issue 5040).
    """
    consumer = Consumer({**client_config(kafka), "group.id": group, "enable.auto.commit": False})
    try:
        known = consumer.list_topics(timeout=kafka.timeout_seconds).topics
        places = [TopicPartition(topic, at) for topic in topics if topic in known for at in known[topic].partitions]
        listed = consumer.committed(places, timeout=kafka.timeout_seconds)
    except KafkaException as error:
        raise kafka_fault(error, kafka, f"reading the offsets of {group}") from None
    finally:
        consumer.close()
    return {Partition(topic=at.topic, number=at.partition): at.offset for at in listed if at.offset >= 0}


def commit(kafka: Kafka, group: str, offsets: Mapping[Partition, int]) -> None:
    """Set the group's offsets; nothing of the group may run meanwhile."""
    if not offsets:
        return
    admin = AdminClient(client_config(kafka))
    places = [TopicPartition(at.topic, at.number, offset) for at, offset in sorted(offsets.items())]
    try:
        asked = admin.alter_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(group, places)], request_timeout=kafka.timeout_seconds
        )
        answered = asked[group].result(kafka.timeout_seconds + 5).topic_partitions or []
    except KafkaException as error:
        raise kafka_fault(error, kafka, f"setting the offsets of {group}") from None
    for each in answered:
        if each.error is not None:
            raise kafka_fault(each.error, kafka, f"setting the offset of {each.topic}[{each.partition}] for {group}")
