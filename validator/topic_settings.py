"""How the broker keeps topics: one setting of each, as it is in force."""

from collections.abc import Sequence

from confluent_kafka import KafkaException
from confluent_kafka.admin import ConfigResource

from connections.kafka import GRACE_SECONDS, kafka_fault
from connections.settings import Kafka
from validator.admin import admin


def topic_settings(kafka: Kafka, topics: Sequence[str], name: str) -> dict[str, str]:
    """The value of one setting for each topic, as the broker writes it; the topics have to exist."""
    resources = [ConfigResource(ConfigResource.Type.TOPIC, topic) for topic in dict.fromkeys(topics)]
    try:
        asked = admin(kafka).describe_configs(resources, request_timeout=kafka.timeout_seconds)
        patience = kafka.timeout_seconds + GRACE_SECONDS
        return {resource.name: future.result(patience)[name].value for resource, future in asked.items()}
    except (KafkaException, TimeoutError) as error:
        raise kafka_fault(error, kafka, f"reading {name} of the topics") from None


def compacted_topics(kafka: Kafka, topics: Sequence[str]) -> frozenset[str]:
    """Those of the topics whose old records the broker may replace by newer ones of their key."""
    policies = topic_settings(kafka, topics, "cleanup.policy")
    return frozenset(topic for topic, policy in policies.items() if "compact" in policy.split(","))
