"""Reading stretches of Kafka's partitions, committed records only, by one consumer; and how far partitions reach."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import OffsetSpec

from connections.kafka import client, kafka_fault
from connections.settings import Kafka
from sluice.ledger.balance import Extent, Partition
from sluice.ledger.runs import Run
from sluice.terminal import Fault
from validator.admin import admin

BATCH: Final = 10_000
POLL_SECONDS: Final = 0.1  # consume() waits this long for a full batch, also where the partition has ended
SILENT_POLLS_MAX: Final = 300
READER: Final = "sluice-ledger"  # group.id is obligatory in librdkafka; nothing is ever committed under it


def extents_of(kafka: Kafka, topics: Sequence[str], *, committed: bool = True) -> dict[Partition, Extent]:
    """From the oldest offset to the last stable one of each partition: what a read_committed reader can see.

    Without ``committed`` the end is the high watermark: beyond the last stable offset transactions are open.
    """
    level = IsolationLevel.READ_COMMITTED if committed else IsolationLevel.READ_UNCOMMITTED
    try:
        known = admin(kafka).list_topics(timeout=kafka.timeout_seconds).topics
        partitions = [
            TopicPartition(topic, number) for topic in topics if topic in known for number in known[topic].partitions
        ]
        first = _offsets(kafka, partitions, OffsetSpec.earliest(), level)  # type: ignore[no-untyped-call] # confluent-kafka's own
        end = _offsets(kafka, partitions, OffsetSpec.latest(), level)  # type: ignore[no-untyped-call] # as above
    except KafkaException as error:
        raise kafka_fault(error, kafka, "asking for offsets") from None
    return {
        Partition(topic=at.topic, number=at.partition): Extent(
            first=first[at.topic, at.partition], end=end[at.topic, at.partition]
        )
        for at in partitions
    }


def read(kafka: Kafka, stretches: Mapping[Partition, Sequence[Run]]) -> Iterator[tuple[Partition, Message]]:
    """Every committed record of the ascending stretches of each partition; Fault where the broker falls silent."""
    left = {place: Left(deque(runs)) for place, runs in stretches.items() if runs}
    if not left:
        return
    consumer = client(
        Consumer,
        kafka,
        {
            "group.id": READER,
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "fetch.queue.backoff.ms": 1,
            "auto.offset.reset": "earliest",
        },
    )
    try:
        consumer.assign([TopicPartition(place.topic, place.number, each.next) for place, each in left.items()])
        for message in _polled(consumer, kafka, left):
            place = Partition(topic=str(message.topic()), number=int(message.partition() or 0))
            if place not in left:
                continue
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's name
                raise kafka_fault(error, kafka, f"reading {place}")
            each = left[place]
            if error is None and each.takes(int(message.offset() or 0)):
                yield place, message
            if error is not None or each.ended:  # where the partition ends, so do all its stretches
                del left[place]
                consumer.pause([TopicPartition(place.topic, place.number)])
            elif each.jumps:
                each.jumps = False
                consumer.seek(TopicPartition(place.topic, place.number, each.next))
    except KafkaException as error:
        raise kafka_fault(error, kafka, "reading the ledger") from None
    finally:
        consumer.close()


def _polled(consumer: Consumer, kafka: Kafka, left: Mapping[Partition, object]) -> Iterator[Message]:
    silent = 0
    while left:
        batch = consumer.consume(BATCH, POLL_SECONDS)
        silent = 0 if batch else silent + 1
        if silent > SILENT_POLLS_MAX:
            raise Fault(f"Kafka at {kafka.bootstrap} stopped answering while {len(left)} partitions were read")
        yield from batch


class Left:
    """What is left to read of one partition; ``next`` tells what a seek delivers again."""

    __slots__ = ("_runs", "jumps", "next")

    def __init__(self, runs: deque[Run]) -> None:
        self._runs = runs
        self.next = runs[0].first
        self.jumps = False

    @property
    def ended(self) -> bool:
        """Whether all was read."""
        return not self._runs

    def takes(self, offset: int) -> bool:
        """Whether the record is asked for; goes on to the next stretch behind the last offset of one."""
        if offset < self.next:
            return False
        while self._runs and offset > self._runs[0].last:
            self._leave()
        if not self._runs or offset < self.next:
            return False
        self.next = offset + 1
        if offset == self._runs[0].last:
            self._leave()
        return True

    def _leave(self) -> None:
        self._runs.popleft()
        if self._runs:
            self.next = max(self.next, self._runs[0].first)
            self.jumps = True


def _offsets(
    kafka: Kafka, partitions: Sequence[TopicPartition], spec: OffsetSpec, level: IsolationLevel
) -> dict[tuple[str, int], int]:
    if not partitions:
        return {}
    asked = admin(kafka).list_offsets(
        {at: spec for at in partitions},  # noqa: C420 - fromkeys would read as if the offsets were the values
        isolation_level=level,
        request_timeout=kafka.timeout_seconds,
    )
    return {(at.topic, at.partition): int(future.result().offset) for at, future in asked.items()}
