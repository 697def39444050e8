"""One Kafka admin client for each cluster, kept for as long as the process lives."""

from functools import lru_cache

from confluent_kafka.admin import AdminClient

from connections.kafka import client
from connections.settings import Kafka


@lru_cache(maxsize=8)
def admin(kafka: Kafka) -> AdminClient:
    """The client for these settings; Fault where librdkafka refuses them.

    It is shared because it must not be collected while an answer is on its way: that would cancel the request.
    """
    return client(AdminClient, kafka)
