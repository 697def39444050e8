"""What comes out: committed records of the validated and dead-letter topics, counted and compared with what went in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from connections.kafka import client_config, kafka_fault
from connections.settings import Kafka
from demo.flights import Emitted
from validator.route import Route

BATCH: Final = 5_000
GROUP: Final = "sluice-demo"  # asked for by the client; nothing is committed under it
KEPT_LETTERS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter as it lies in its topic."""

    partition: int
    offset: int
    timestamp_ms: int
    key: bytes
    value: bytes
    headers: Mapping[str, str]


class Outputs:
    """Reads both outputs of a route from their beginning, committed records only, while they grow."""

    def __init__(self, kafka: Kafka, route: Route, sent: Mapping[bytes, Emitted]) -> None:
        self._kafka = kafka
        self._route = route
        self._sent = sent
        self.validated = 0
        self.dead = 0
        self.untouched = 0
        self.letters: list[Letter] = []
        self._consumer = Consumer(
            {
                **client_config(kafka),
                "group.id": GROUP,
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 50,
            }
        )
        known = self._consumer.list_topics(timeout=kafka.timeout_seconds).topics
        self._consumer.assign(
            [
                TopicPartition(topic, number, OFFSET_BEGINNING)
                for topic in (route.validated, route.dead_letter)
                for number in known[topic].partitions
            ]
        )

    @property
    def judged(self) -> int:
        """How many records have come out."""
        return self.validated + self.dead

    def look(self, seconds: float) -> int:
        """Read for at most that long; how many records were new."""
        messages = self._consumer.consume(BATCH, seconds)
        for message in messages:
            self._count(message)
        return len(messages)

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def _count(self, message: Message) -> None:
        error = message.error()
        if error is not None:
            raise kafka_fault(KafkaException(error), self._kafka, f"reading {message.topic()}")
        sent = self._sent.get(message.key() or b"")
        if sent is not None and (message.value(), message.timestamp()[1]) == (sent.value, sent.emitted_ms):
            self.untouched += 1
        if message.topic() == self._route.validated:
            self.validated += 1
            return
        self.dead += 1
        if len(self.letters) < KEPT_LETTERS:
            self.letters.append(_letter(message))


def _letter(message: Message) -> Letter:
    pairs = cast("list[tuple[str, bytes | None]]", message.headers() or [])
    headers = {name: (value or b"").decode() for name, value in pairs}
    return Letter(
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp_ms=message.timestamp()[1],
        key=message.key() or b"",
        value=message.value() or b"",
        headers=headers,
    )
