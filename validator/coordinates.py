"""Reading the ledger from Kafka: the raw coordinates that the outputs carry, and what the raw topics hold."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from confluent_kafka import (
    Consumer,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)
from confluent_kafka.admin import OffsetSpec

from connections.kafka import client, kafka_fault
from connections.settings import Kafka
from sluice.envelope.header import parse_header
from sluice.envelope.names import CONTRACT_HEADER
from sluice.ledger.balance import Balance, Extent, Partition, balance, proven
from sluice.ledger.runs import Run
from sluice.terminal import Fault
from validator.admin import admin
from validator.horizon import Kept, Span, horizon
from validator.route import Route
from validator.topic_settings import compacted_topics

BATCH: Final = 10_000
POLL_SECONDS: Final = 0.1  # consume() waits this long for a full batch, also where the partition has ended
SILENT_POLLS_MAX: Final = 300
PROVEN_MAX: Final = 1_000_000  # a longer open run is a backlog or a disaster; nobody needs it proven record by record
READER: Final = "sluice-ledger"  # group.id is obligatory in librdkafka; nothing is ever committed under it


@dataclass(slots=True)
class Outputs:
    """What the outputs of some routes hold, read so far; reading again goes on where the last read ended.

    ``unmarked`` counts records without a ``__contract`` header of ours; ``kept`` says of each output topic whether
    something may be gone from it, ``spans`` which raw offsets it carries of each raw partition.
    """

    offsets: "dict[Partition, array[int]]" = field(default_factory=dict)
    read: dict[Partition, int] = field(default_factory=dict)
    unmarked: int = 0
    kept: dict[str, Kept] = field(default_factory=dict)
    spans: dict[Partition, dict[str, Span]] = field(default_factory=dict)


def balances(kafka: Kafka, routes: Sequence[Route], outputs: Outputs | None = None) -> tuple[Balance, ...]:
    """The ledger of the routes as the topics stand now, each gap proven by a read_committed read of the raw topic.

    ``outputs`` is carried from one call to the next where the ledger is asked for repeatedly.
    """
    outputs = outputs if outputs is not None else Outputs()
    read_outputs(kafka, routes, outputs)  # before the raw ends, so that whatever came out is below them
    extents = extents_of(kafka, [route.raw for route in routes])
    written_by = {route.raw: (route.validated, route.dead_letter) for route in routes}
    found = []
    for partition, extent in extents.items():
        seen = outputs.offsets.get(partition, array("q"))
        spans = outputs.spans.get(partition, {})
        oldest = horizon(extent.first, written_by[partition.topic], outputs.kept, spans)
        compared = balance(partition, Extent(first=oldest, end=extent.end), seen)
        opened = [run for run in (*compared.missing, *compared.waiting) if len(run) <= PROVEN_MAX]
        found.append(proven(compared, held(kafka, partition, opened)) if opened else compared)
    return tuple(found)


def read_outputs(kafka: Kafka, routes: Sequence[Route], outputs: Outputs) -> None:
    """Read both outputs of each route to their present ends, committed records only, into ``outputs``."""
    raw_of = {topic: route.raw for route in routes for topic in (route.validated, route.dead_letter)}
    extents = extents_of(kafka, list(raw_of))
    outputs.kept = _kept(kafka, extents, tuple(raw_of))
    places = {at: (max(extent.first, outputs.read.get(at, 0)), extent.end) for at, extent in extents.items()}
    for message in _read(kafka, places):
        judged = parse_header(_header(message))
        if judged is None:
            outputs.unmarked += 1
            continue
        partition = Partition(topic=raw_of[str(message.topic())], number=judged.partition)
        outputs.offsets.setdefault(partition, array("q")).append(judged.offset)
        spans = outputs.spans.setdefault(partition, {})
        span = spans.get(str(message.topic()))
        if span is None:
            spans[str(message.topic())] = Span(least=judged.offset, greatest=judged.offset)
        elif not span.least <= judged.offset <= span.greatest:
            spans[str(message.topic())] = span.with_offset(judged.offset)
    outputs.read |= {at: extent.end for at, extent in extents.items()}


def _kept(kafka: Kafka, extents: Mapping[Partition, Extent], topics: Sequence[str]) -> dict[str, Kept]:
    shortened = {at.topic for at, extent in extents.items() if extent.first > 0}
    compacted = compacted_topics(kafka, topics)
    return {
        topic: Kept.COMPACTED if topic in compacted else Kept.EXPIRED if topic in shortened else Kept.WHOLE
        for topic in topics
    }


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


def held(kafka: Kafka, partition: Partition, runs: Iterable[Run]) -> dict[Run, tuple[int, ...]]:
    """Which offsets of each run hold a committed record: none, where the gap is a marker or a compacted record."""
    found: dict[Run, tuple[int, ...]] = {}
    for run in runs:
        place = {partition: (run.first, run.last + 1)}
        found[run] = tuple(int(message.offset() or 0) for message in _read(kafka, place))
    return found


def _read(kafka: Kafka, places: Mapping[Partition, tuple[int, int]]) -> Iterator[Message]:
    """Every committed record of [first, end) of each partition; Fault where the broker falls silent."""
    left = {place: end for place, (first, end) in places.items() if end > first}
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
        consumer.assign([TopicPartition(place.topic, place.number, places[place][0]) for place in left])
        silent = 0
        while left:
            batch = consumer.consume(BATCH, POLL_SECONDS)
            silent = 0 if batch else silent + 1
            if silent > SILENT_POLLS_MAX:
                raise Fault(f"Kafka at {kafka.bootstrap} stopped answering while {len(left)} partitions were read")
            for message in batch:
                place = Partition(topic=str(message.topic()), number=int(message.partition() or 0))
                if place not in left:
                    continue
                error = message.error()
                if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's name
                    raise kafka_fault(error, kafka, f"reading {place}")
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


def _done(consumer: Consumer, left: dict[Partition, int], place: Partition) -> None:
    del left[place]
    consumer.pause([TopicPartition(place.topic, place.number)])


def _header(message: Message) -> bytes | None:
    headers = cast("list[tuple[str, bytes | None]]", message.headers() or [])
    return next((value for name, value in headers if name == CONTRACT_HEADER), None)


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
