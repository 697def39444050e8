"""How the broker keeps topics: one setting of each, as it is in force."""

import time
from collections.abc import Sequence
from typing import Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import ConfigResource

from connections.admin import admin
from connections.kafka import GRACE_SECONDS, kafka_fault
from connections.settings import Kafka

POLL_SECONDS: Final = 0.2


def topic_settings(kafka: Kafka, topics: Sequence[str], name: str) -> dict[str, str]:
    """The value of one setting for each topic, as the broker writes it; the topics have to exist.

    A topic that was made a moment ago may not be known yet to the broker that is asked: it is asked again.
    """
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        try:
            return _settings(kafka, topics, name)
        except KafkaException as error:
            unknown = error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART
            if not unknown or time.monotonic() > deadline:
                raise kafka_fault(error, kafka, f"reading {name} of the topics") from None
        except TimeoutError as error:
            raise kafka_fault(error, kafka, f"reading {name} of the topics") from None
        time.sleep(POLL_SECONDS)


def _settings(kafka: Kafka, topics: Sequence[str], name: str) -> dict[str, str]:
    resources = [ConfigResource(ConfigResource.Type.TOPIC, topic) for topic in dict.fromkeys(topics)]
    asked = admin(kafka).describe_configs(resources, request_timeout=kafka.timeout_seconds)
    patience = kafka.timeout_seconds + GRACE_SECONDS
    return {resource.name: future.result(patience)[name].value for resource, future in asked.items()}


def compacted_topics(kafka: Kafka, topics: Sequence[str]) -> frozenset[str]:
    """Those of the topics whose old records the broker may replace by newer ones of their key."""
    policies = topic_settings(kafka, topics, "cleanup.policy")
    return frozenset(topic for topic, policy in policies.items() if "compact" in policy.split(","))
