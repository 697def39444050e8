"""A record that is small only as zstd: refused at its producer, where the job's outputs could not take it."""

import os

import pytest
from confluent_kafka import KafkaError, Producer

from local_stack.stack import Stack
from tests.integration.registry_sync.test_sync_on_the_real_platform import RealWorld
from tests.unit.registry_sync.by_hand import Orders, applied, planned

pytestmark = pytest.mark.integration

BLOCK = os.urandom(300_000)  # repeated farther apart than lz4 looks back, and not than zstd does
HEADERS = [(f"h{number}", BLOCK) for number in range(20)]
TAKEN = {"lz4": KafkaError.MSG_SIZE_TOO_LARGE, "uncompressed": KafkaError.MSG_SIZE_TOO_LARGE, "producer": None}


def refusal(stack: Stack, topic: str) -> int | None:
    """The code with which the broker refuses six megabytes of headers sent as zstd; None where it takes them."""
    answers: list[KafkaError | None] = []
    settings = {**stack.client_settings(), "compression.type": "zstd", "message.max.bytes": 16_000_000}
    producer = Producer(settings)
    producer.produce(topic, value=b"{}", headers=HEADERS, on_delivery=lambda error, _: answers.append(error))
    assert producer.flush(60) == 0
    (error,) = answers
    return None if error is None else error.code()


@pytest.mark.parametrize("compression", TAKEN)
def test_a_record_that_only_zstd_makes_small_enough_is_taken_by_a_raw_topic_that_keeps_what_comes_alone(
    stack: Stack, compression: str
) -> None:
    world = RealWorld(stack)
    applied(world, planned(world, Orders(name=world.name), raw_compression=compression))
    assert refusal(stack, f"{world.name}.raw") == TAKEN[compression]
