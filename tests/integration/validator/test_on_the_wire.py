"""Bytes, key, timestamp and headers are the same on both ways, and the envelope tells where a record came from."""

import hashlib
import os
import time
from collections.abc import Callable

import orjson
import pytest

from local_stack.stack import Stack
from sluice.envelope.header import parse_header
from sluice.envelope.names import DEAD_LETTER_HEADERS
from tests.integration.validator.conftest import World, contract_text, order, replaced
from tests.integration.validator.wire import Sent, receive, send
from validator.cluster import cluster_id
from validator.columns import PRODUCER_CHARACTERS_MAX
from validator.limits import LETTER_ROOM_BYTES

pytestmark = pytest.mark.integration

RAW_BYTES = 1024 * 1024
VALUES = [
    b'{"id": 1, "city": "Lyon"}',
    b' {"city":"\\u00e9", "id":2}\n',
    None,
    b"",
    b"\x00\xff no JSON",
    b'{"id": -1, "city": "Lyon"}',
    '{"id": 3, "city": "東京"}'.encode(),
]
KEYS = [b"k", None, b"", b"\x00\xfe\xff", "clé".encode()]
HEADERS = [
    (),
    (("producer", b"departure-control/1.4"),),
    (("binary", b"\x00\xff\x1f"), ("empty", b""), ("trace", "é".encode())),
]


def test_everything_but_our_headers_is_as_it_was_sent(flink_stack: Stack, make_world: Callable[..., World]) -> None:
    world = make_world(flink_stack, partitions=1)
    world.topics()
    sent = [
        Sent(f"{world.name}.raw", value, key, headers, timestamp_ms=1_359_700_000_000 + 1000 * number)
        for number, (value, key, headers) in enumerate(
            (value, key, headers) for value in VALUES for key in KEYS for headers in HEADERS
        )
    ]
    send(world.stack.client_settings(), sent)
    world.start()
    seen = receive(world.stack.client_settings(), [f"{world.name}.validated", f"{world.name}.dead-letter"], len(sent))
    by_offset = {each.raw_offset[1]: each for each in seen}
    assert len(by_offset) == len(seen) == len(sent)
    for offset, record in enumerate(sent):
        each = by_offset[offset]
        assert (each.key, each.value, each.timestamp_ms) == (record.key, record.value, record.timestamp_ms)
        assert sorted(each.theirs) == sorted(record.headers)
    assert {each.topic for each in seen} == {f"{world.name}.validated", f"{world.name}.dead-letter"}


def test_forged_headers_are_overwritten_and_the_envelope_tells_the_truth(
    flink_stack: Stack, make_world: Callable[..., World]
) -> None:
    world = make_world(flink_stack, partitions=1)
    world.topics()
    forged = (("__contract", b"v=1;c=x/9;t=valid;p=9;o=9;j=9"), *((name, b"forged") for name in DEAD_LETTER_HEADERS))
    raw = f"{world.name}.raw"
    begun = int(time.time() * 1000)
    send(world.stack.client_settings(), [Sent(raw, order(1), b"a", forged), Sent(raw, order(0), b"b", forged)])
    world.start()
    outputs = [f"{world.name}.validated", f"{world.name}.dead-letter"]
    valid, letter = sorted(receive(world.stack.client_settings(), outputs, 2), key=lambda each: each.raw_offset)

    for each, verdict, offset in ((valid, "valid", 0), (letter, "invalid", 1)):
        judged = parse_header(each.ours["__contract"])
        assert judged is not None
        assert (str(judged.contract), judged.verdict) == (f"{world.name}/1.0.0", verdict)
        assert (judged.partition, judged.offset) == (0, offset)
        assert begun <= judged.judged_at_ms <= time.time() * 1000
    told = {name.removeprefix("__contract."): value.decode() for name, value in letter.ours.items()}
    assert "forged" not in told.values()
    place = f"{cluster_id(world.kafka)}|{raw}|0|1"
    assert told | {"first-seen": "", "failed-at": "", "fingerprint": "", "__contract": ""} == {
        "__contract": "",
        "id": world.name,
        "version": "1.0.0",
        "stage": "schema",
        "code": "SCHEMA_VIOLATION",
        "violations": told["violations"],
        "violations.total": "1",
        "violations.truncated": "false",
        "message": told["message"],
        "schema.id": "",
        "cdc.op": "",
        "fingerprint": "",
        "value-sha256": hashlib.sha256(order(0)).hexdigest(),
        "source.topic": raw,
        "source.partition": "0",
        "source.offset": "1",
        "source.timestamp": "1359700000000",
        "origin.topic": raw,
        "origin.partition": "0",
        "origin.offset": "1",
        "first-seen": "",
        "failed-at": "",
        "attempt": "1",
        "replay.id": "",
        "record-id": hashlib.sha256(place.encode()).hexdigest(),
        "producer": "",
        "envelope": "1",
    }
    assert [each["rule"] for each in orjson.loads(told["violations"])] == ["id.minimum"]
    assert begun <= int(told["failed-at"]) <= time.time() * 1000


PRODUCERS = {
    b"shop/1.4": "shop/1.4",
    b"shop/" + "東".encode() * 300: "shop/" + "東" * 251,
    b"\xff\xfe shop": "\ufffd\ufffd shop",
    b"": "",
    os.urandom(1_000_000): None,  # whole, it would double a record that takes all of a raw record's room
}


def test_a_dead_letter_repeats_the_beginning_of_what_its_producer_calls_itself(
    flink_stack: Stack, make_world: Callable[..., World]
) -> None:
    world = make_world(flink_stack, partitions=1)
    world.make([f"{world.name}.raw"], **{"max.message.bytes": str(RAW_BYTES)})
    outputs = [f"{world.name}.validated", f"{world.name}.dead-letter"]
    world.make(outputs, **{"max.message.bytes": str(RAW_BYTES + LETTER_ROOM_BYTES)})
    schema = orjson.loads(contract_text(world.name))
    schema["x-sluice"]["producerHeader"] = "app"
    (named,) = (replaced(frozen, text=orjson.dumps(schema).decode()) for frozen in world.frozen())
    sent = [Sent(f"{world.name}.raw", order(0), b"k", (("app", producer),)) for producer in PRODUCERS]
    send(world.stack.client_settings(), sent)
    world.start([named])
    seen = sorted(receive(world.stack.client_settings(), outputs, len(sent)), key=lambda each: each.raw_offset)
    assert [each.theirs for each in seen] == [record.headers for record in sent]
    for each, told in zip(seen, PRODUCERS.values(), strict=True):
        written = each.ours["__contract.producer"].decode()
        assert len(written) <= PRODUCER_CHARACTERS_MAX
        assert told in (written, None)


@pytest.mark.parametrize("number", [0, 1], ids=["dead letter", "valid"])
def test_a_record_of_before_1970_or_of_no_time_stops_nothing_and_gets_the_time_of_writing(
    number: int, flink_stack: Stack, make_world: Callable[..., World]
) -> None:
    world = make_world(flink_stack, partitions=1)
    world.topics()
    times = (-1, -86_400_001, 1, 1_359_700_000_000)
    send(world.stack.client_settings(), [Sent(f"{world.name}.raw", order(number), timestamp_ms=at) for at in times])
    begun = int(time.time() * 1000)
    world.start()
    outputs = [f"{world.name}.validated", f"{world.name}.dead-letter"]
    seen = sorted(receive(world.stack.client_settings(), outputs, len(times)), key=lambda each: each.raw_offset)
    assert [each.timestamp_ms for each in seen[2:]] == list(times[2:])
    assert all(begun <= each.timestamp_ms <= time.time() * 1000 for each in seen[:2])
    if number == 0:
        assert [int(each.ours["__contract.source.timestamp"]) for each in seen] == list(times)
