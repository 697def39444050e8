"""What a consumer sees: committed records as values, and the raw records that they came from."""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from confluent_kafka import Consumer, Producer

from sluice.envelope.header import parse_header
from sluice.envelope.names import CONTRACT_HEADER, PREFIX

Header = tuple[str, bytes | None]


class Seen(NamedTuple):
    """A record as consumed; ``ours`` are the headers that the job wrote, ``theirs`` the others."""

    topic: str
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    ours: Mapping[str, bytes]
    theirs: tuple[Header, ...]

    @property
    def raw_offset(self) -> tuple[int, int]:
        judged = parse_header(self.ours[CONTRACT_HEADER])
        assert judged is not None, self.ours
        return judged.partition, judged.offset


class Sent(NamedTuple):
    """A record as produced, all to partition 0, so that its offset is its place in the list."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    headers: tuple[Header, ...] = ()
    timestamp_ms: int = 1_359_700_000_000


def send(settings: Mapping[str, str], records: Sequence[Sent]) -> None:
    producer = Producer({**settings, "message.max.bytes": 16_000_000})
    for record in records:
        producer.produce(
            record.topic,
            key=record.key,
            value=record.value,
            headers=list(record.headers),
            timestamp=record.timestamp_ms,
            partition=0,
        )
    assert producer.flush(60) == 0


def receive(settings: Mapping[str, str], topics: Sequence[str], count: int, patience_seconds: float = 90) -> list[Seen]:
    """The committed records of the topics, until ``count`` have come; and what came in one more second."""
    consumer = Consumer(
        {
            **settings,
            "group.id": "sluice-test-reader",
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.message.max.bytes": 16_000_000,
        }
    )
    consumer.subscribe(list(topics))
    seen: list[Seen] = []
    deadline = time.monotonic() + patience_seconds
    try:
        while time.monotonic() < deadline:
            batch = consumer.consume(500, 1.0)
            seen.extend(_seen(message) for message in batch if message.error() is None)
            if len(seen) >= count and not batch:
                break
    finally:
        consumer.close()
    return seen


def _seen(message: object) -> Seen:
    headers: list[Header] = message.headers() or []  # type: ignore[attr-defined] # confluent's Message
    ours = {name: value or b"" for name, value in headers if name == CONTRACT_HEADER or name.startswith(PREFIX)}
    return Seen(
        topic=message.topic(),  # type: ignore[attr-defined] # as above
        key=message.key(),  # type: ignore[attr-defined] # as above
        value=message.value(),  # type: ignore[attr-defined] # as above
        timestamp_ms=message.timestamp()[1],  # type: ignore[attr-defined] # as above
        ours=ours,
        theirs=tuple((name, value) for name, value in headers if name not in ours),
    )
