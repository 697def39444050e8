"""Reading the ledger from Kafka: the raw coordinates that the outputs carry, and what the raw topics hold."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from confluent_kafka import (
    Consumer,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec

from connections.kafka import client_config, kafka_fault
from connections.settings import Kafka
from sluice.envelope.header import parse_header
from sluice.envelope.names import CONTRACT_HEADER
from sluice.ledger.balance import Balance, Extent, Partition, balance, proven
from sluice.ledger.runs import Run
from sluice.terminal import Fault
from validator.route import Route

BATCH: Final = 10_000
POLL_SECONDS: Final = 1.0
SILENT_POLLS_MAX: Final = 30
READER: Final = "sluice-ledger"  # group.id is obligatory in librdkafka; nothing is ever committed under it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What the outputs of some routes hold. ``unmarked`` counts records without a ``__contract`` header of ours."""

    offsets: Mapping[Partition, Sequence[int]]
    unmarked: int
    expired: bool  # whether an output has lost old records to its retention, so that raw ones have no counterpart


def balances(kafka: Kafka, routes: Sequence[Route]) -> tuple[Balance, ...]:
    """The ledger of the routes as the topics stand now, each gap proven by a read_committed read of the raw topic."""
    outputs = read_outputs(kafka, routes)  # before the raw ends, so that whatever came out is below them
    extents = raw_extents(kafka, [route.raw for route in routes])
    found = []
    for partition, extent in extents.items():
        seen = outputs.offsets.get(partition, ())
        if outputs.expired and seen:
            extent = Extent(first=max(extent.first, min(seen)), end=extent.end)  # noqa: PLW2901 - the same, narrowed
        compared = balance(partition, extent, seen)
        opened = (*compared.missing, *compared.waiting)
        found.append(proven(compared, held(kafka, partition, opened)) if opened else compared)
    return tuple(found)


def read_outputs(kafka: Kafka, routes: Sequence[Route]) -> Outputs:
    """Read both outputs of each route to their present ends, committed records only."""
    raw_of = {topic: route.raw for route in routes for topic in (route.validated, route.dead_letter)}
    extents = {
        TopicPartition(partition.topic, partition.number): extent
        for partition, extent in raw_extents(kafka, list(raw_of)).items()
    }
    offsets: dict[Partition, array[int]] = {}
    unmarked = 0
    for message in _read(kafka, {(at.topic, at.partition): (e.first, e.end) for at, e in extents.items()}):
        judged = parse_header(_header(message))
        if judged is None:
            unmarked += 1
            continue
        partition = Partition(topic=raw_of[str(message.topic())], number=judged.partition)
        offsets.setdefault(partition, array("q")).append(judged.offset)
    return Outputs(offsets=offsets, unmarked=unmarked, expired=any(extent.first > 0 for extent in extents.values()))


def raw_extents(kafka: Kafka, topics: Sequence[str]) -> dict[Partition, Extent]:
    """From the oldest offset to the last stable one of each partition: what a read_committed reader can see."""
    admin = AdminClient(client_config(kafka))
    try:
        known = admin.list_topics(timeout=kafka.timeout_seconds).topics
        partitions = [
            TopicPartition(topic, number) for topic in topics if topic in known for number in known[topic].partitions
        ]
        first = _offsets(admin, kafka, partitions, OffsetSpec.earliest())  # type: ignore[no-untyped-call] # confluent-kafka's own
        end = _offsets(admin, kafka, partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call] # as above
    except KafkaException as error:
        raise kafka_fault(error, kafka, "asking for offsets") from None
    return {
        Partition(topic=at.topic, number=at.partition): Extent(
            first=first[at.topic, at.partition], end=end[at.topic, at.partition]
        )
        for at in partitions
    }


def held(kafka: Kafka, partition: Partition, runs: Iterable[Run]) -> dict[Run, tuple[int, ...]]:
    """Which offsets of each run hold a committed record: none, where the gap is a marker or a compacted record."""
    found: dict[Run, tuple[int, ...]] = {}
    for run in runs:
        place = {(partition.topic, partition.number): (run.first, run.last + 1)}
        found[run] = tuple(int(message.offset() or 0) for message in _read(kafka, place))
    return found


def _read(kafka: Kafka, places: Mapping[tuple[str, int], tuple[int, int]]) -> Iterator[Message]:
    """Every committed record of [first, end) of each partition; Fault where the broker falls silent."""
    left = {place: end for place, (first, end) in places.items() if end > first}
    if not left:
        return
    consumer = Consumer(
        {
            **client_config(kafka),
            "group.id": READER,
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "fetch.queue.backoff.ms": 1,
            "auto.offset.reset": "earliest",
        }
    )
    try:
        consumer.assign([TopicPartition(topic, number, places[topic, number][0]) for topic, number in left])
        silent = 0
        while left:
            batch = consumer.consume(BATCH, POLL_SECONDS)
            silent = 0 if batch else silent + 1
            if silent > SILENT_POLLS_MAX:
                raise Fault(f"Kafka at {kafka.bootstrap} stopped answering while {len(left)} partitions were read")
            for message in batch:
                place = (str(message.topic()), int(message.partition() or 0))
                if place not in left:
                    continue
                error = message.error()
                if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's name
                    raise kafka_fault(error, kafka, f"reading {place[0]}")
                if int(message.offset() or 0) >= left[place] or error is not None:
                    _done(consumer, left, place)
                    continue
                yield message
                if int(message.offset() or 0) == left[place] - 1:
                    _done(consumer, left, place)
    except KafkaException as error:
        raise kafka_fault(error, kafka, "reading the ledger") from None
    finally:
        consumer.close()


def _done(consumer: Consumer, left: dict[tuple[str, int], int], place: tuple[str, int]) -> None:
    del left[place]
    topic, number = place
    consumer.pause([TopicPartition(topic, number)])


def _header(message: Message) -> bytes | None:
    value: bytes | str | None = None
    for name, each in message.headers() or ():
        if name == CONTRACT_HEADER:
            value = each
    return value.encode() if isinstance(value, str) else value


def _offsets(
    admin: AdminClient, kafka: Kafka, partitions: Sequence[TopicPartition], spec: OffsetSpec
) -> dict[tuple[str, int], int]:
    if not partitions:
        return {}
    asked = admin.list_offsets(
        {at: spec for at in partitions},  # noqa: C420 - fromkeys would read as if the offsets were the values
        isolation_level=IsolationLevel.READ_COMMITTED,
        request_timeout=kafka.timeout_seconds,
    )
    return {(at.topic, at.partition): int(future.result().offset) for at, future in asked.items()}
