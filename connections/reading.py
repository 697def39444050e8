"""Reading stretches of Kafka's partitions, committed records only, by one consumer; and how far partitions reach."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import OffsetSpec

from connections.admin import admin
from connections.kafka import client, kafka_fault
from connections.settings import Kafka
from sluice.ledger.balance import Extent, Partition
from sluice.ledger.runs import Run
from sluice.terminal import Fault

BATCH: Final = 10_000
POLL_SECONDS: Final = 0.1  # consume() waits this long for a full batch, also where the partition has ended
SILENT_POLLS_MAX: Final = 300
BETWEEN_TRIES_SECONDS: Final = 0.5
READER: Final = "sluice-ledger"  # group.id is obligatory in librdkafka; nothing is ever committed under it
LOADING: Final = frozenset(  # a broker that has just started, and still reads what groups have committed
    {
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
    }
)


def extents_of(kafka: Kafka, topics: Sequence[str], *, committed: bool = True) -> dict[Partition, Extent]:
    """From the oldest offset to the last stable one of each partition: what a read_committed reader can see.

    Without ``committed`` the end is the high watermark: beyond the last stable offset transactions are open. A topic
    that does not exist has no partition.
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
                if error.args[0].code() not in LOADING or time.monotonic() > deadline:
                    raise
                time.sleep(BETWEEN_TRIES_SECONDS)
    except KafkaException as error:
        raise kafka_fault(error, kafka, f"reading the offsets of {group}") from None
    finally:
        consumer.close()
    return {Partition(topic=at.topic, number=at.partition): at.offset for at in listed if at.offset >= 0}


def read(
    kafka: Kafka, stretches: Mapping[Partition, Sequence[Run]], enough: Callable[[Partition], bool] = lambda _: False
) -> Iterator[tuple[Partition, Message]]:
    """Every committed record of the ascending stretches of each partition; Fault where the broker falls silent.

    ``enough`` is asked after each record, and ends its partition.
    """
    asked = {(place.topic, place.number): place for place, runs in stretches.items() if runs}
    left = {at: Left(deque(stretches[place])) for at, place in asked.items()}
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
        consumer.assign([TopicPartition(*at, each.next) for at, each in left.items()])
        for message in _polled(consumer, kafka, left):
            at = (str(message.topic()), int(message.partition() or 0))
            if at not in left:
                continue
            each = left[at]
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's name
                raise kafka_fault(error, kafka, f"reading {asked[at]}")
            if error is None and each.takes(int(message.offset() or 0)):
                yield asked[at], message
            if (
                error is not None or each.ended or enough(asked[at])
            ):  # where the partition ends, so do all its stretches
                del left[at]
                consumer.pause([TopicPartition(*at)])
            elif each.jumps:
                each.jumps = False
                consumer.seek(TopicPartition(*at, each.next))
    except KafkaException as error:
        raise kafka_fault(error, kafka, "reading the ledger") from None
    finally:
        consumer.close()


def _polled(consumer: Consumer, kafka: Kafka, left: Mapping[tuple[str, int], object]) -> Iterator[Message]:
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
