"""Kafka's properties as Flink's connector wants them: its login classes are relocated, its files may be elsewhere."""

from typing import Final

from connections.kafka import java_properties, pem
from connections.settings import Kafka

SHADED: Final = "org.apache.flink.kafka.shaded."
LOGIN: Final = "sasl.jaas.config"


def connector_properties(kafka: Kafka) -> dict[str, str]:
    """Properties for source and sink. Holds secrets: never print it.

    ``flink-sql-connector-kafka`` carries Kafka's client under another package, so the login module is named by that
    one. The authority's certificates travel as text: a TaskManager on another machine has no such file.
    """
    properties = java_properties(kafka)
    if LOGIN in properties:
        properties[LOGIN] = SHADED + properties[LOGIN]
    if kafka.ca_file:
        del properties["ssl.truststore.location"]
        properties["ssl.truststore.certificates"] = pem(kafka.ca_file, "ca_file")
    return properties
