"""One Kafka admin client for each cluster, kept for as long as the process lives."""

from functools import lru_cache

from confluent_kafka.admin import AdminClient

from connections.kafka import client_config
from connections.settings import Kafka


@lru_cache(maxsize=8)
def admin(kafka: Kafka) -> AdminClient:
    """The client for these settings.

    It is shared because it must not be collected while an answer is on its way: that would cancel the request.
    """
    return AdminClient(client_config(kafka))
