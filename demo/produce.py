"""Producing records: in their order, at their moments in history, each with its producer's name."""

from collections.abc import Iterator, Sequence
from typing import Final

from confluent_kafka import KafkaError, Message, Producer

from connections.kafka import client_config, kafka_fault
from connections.settings import Kafka
from demo.flights import Emitted
from sluice.terminal import Fault

PRODUCER: Final = "departure-control/1.4"
REGISTRY_OF_PLANES: Final = "fleet-registry/2.0"
FLUSH_SECONDS: Final = 30


class Replay:
    """Sends records to one topic, a portion at a time, and counts what the broker has acknowledged."""

    def __init__(self, kafka: Kafka, topic: str, name: str = PRODUCER) -> None:
        self._kafka = kafka
        self._topic = topic
        self._name = name
        self._failed: KafkaError | None = None
        self.acknowledged = 0
        # murmur2 is what Java's producers use: keys stay on the partition that any other client would choose.
        self._producer = Producer(
            {
                **client_config(kafka),
                "partitioner": "murmur2_random",
                "compression.type": "lz4",
                "enable.idempotence": True,
                "linger.ms": 20,
            }
        )

    def send(self, flights: Sequence[Emitted]) -> None:
        """Hand the records to the client, which sends them in the background."""
        for flight in flights:
            self._producer.produce(
                self._topic,
                key=flight.key,
                value=flight.value,
                timestamp=flight.emitted_ms,
                headers=[("producer", self._name.encode())],
                on_delivery=self._told,
            )
        self.look()

    def look(self) -> None:
        """Take in what the broker has acknowledged; Fault where it has refused a record."""
        self._producer.poll(0)
        if self._failed is not None:
            raise kafka_fault(self._failed, self._kafka, f"producing to {self._topic}")

    def finish(self) -> None:
        """Wait until all is acknowledged."""
        left = self._producer.flush(FLUSH_SECONDS)
        self.look()
        if left:
            raise Fault(f"the broker did not acknowledge {left} records within {FLUSH_SECONDS} s")

    def _told(self, error: KafkaError | None, message: Message) -> None:
        del message
        if error is None:
            self.acknowledged += 1
        else:
            self._failed = error


def portions(flights: Sequence[Emitted], count: int) -> Iterator[Sequence[Emitted]]:
    """The flights in ``count`` portions of about equal size, in order.

    >>> list(portions("abcde", 2))
    ['ab', 'cde']
    """
    for number in range(count):
        yield flights[len(flights) * number // count : len(flights) * (number + 1) // count]
