"""The ledger on a real broker: transactions of the producers, outputs that forget, and what expired unjudged."""

from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Producer, TopicPartition

from connections.admin import admin
from connections.reading import extents_of, read
from local_stack.stack import Stack
from sluice.ledger.balance import Balance, Partition
from sluice.ledger.runs import Run
from tests.integration.validator.conftest import World, order
from validator.coordinates import Outputs, balances

pytestmark = pytest.mark.integration

TRANSACTIONS, IN_EACH = 300, 4


def produce_in_transactions(world: World) -> list[int]:
    """Each record's raw offset: a marker lies behind each transaction."""
    producer = Producer({**world.stack.client_settings(), "transactional.id": world.name})
    producer.init_transactions(30)
    for at in range(TRANSACTIONS):
        producer.begin_transaction()
        for number in range(IN_EACH):
            producer.produce(f"{world.name}.raw", value=order(at * IN_EACH + number), partition=0)
        producer.commit_transaction(30)
    return [at for at in range(TRANSACTIONS * (IN_EACH + 1)) if at % (IN_EACH + 1) != IN_EACH]


def come_out(world: World, offsets: Iterable[int], *, partition: int = 0, judged_at_ms: int = 1) -> None:
    """What a job would have written to the validated topic for these raw offsets of raw partition 0."""
    producer = Producer({**world.stack.client_settings(), "linger.ms": 20})
    for offset in offsets:
        header = f"v=1;c={world.name}/1.0.0;t=valid;p=0;o={offset};j={judged_at_ms}".encode()
        producer.produce(f"{world.name}.validated", partition=partition, value=b"{}", headers={"__contract": header})
    assert producer.flush(30) == 0


def first(found: tuple[Balance, ...]) -> Balance:
    return next(each for each in found if each.partition.number == 0)


def forget(world: World, topic: str, before: int, partition: int = 0) -> None:
    asked = admin(world.kafka).delete_records([TopicPartition(topic, partition, before)])
    for future in asked.values():
        future.result(15)


@pytest.fixture
def world(stack: Stack, tmp_path: Path) -> World:
    """A stream of which nothing is judged but by hand: no Flink."""
    made = World(stack=stack, name=f"orders-{uuid4().hex[:8]}", state=tmp_path)
    made.topics()
    return made


def test_gaps_between_transactions_are_proven_once_and_left_out_as_one_run(world: World) -> None:
    offsets = produce_in_transactions(world)
    lost = {*offsets[40:50], *offsets[-IN_EACH:]}
    come_out(world, (offset for offset in offsets if offset not in lost))
    end = TRANSACTIONS * (IN_EACH + 1)
    raw = Partition(topic=f"{world.name}.raw", number=0)
    outputs = Outputs()

    blind = first(balances(world.kafka, world.routes(), outputs))
    assert sum(len(run) for run in blind.missing) == 10
    assert sum(len(run) for run in blind.waiting) == IN_EACH
    assert blind.resume_at == offsets[40]
    assert blind.seen_after_resume == (Run(offsets[50], offsets[-IN_EACH - 1]),)

    told = first(balances(world.kafka, world.routes(), outputs, judged_to={raw: end}))
    assert sum(len(run) for run in told.missing) == 10 + IN_EACH
    assert told.waiting == ()
    assert outputs.proven[raw].unread([*blind.missing, *told.missing]) == ()


def test_stretches_far_from_one_another_are_sought_by_one_consumer(world: World) -> None:
    world.produce(3000)
    ends = extents_of(world.kafka, [f"{world.name}.raw"])
    asked = {place: [Run(at, at + 4) for at in range(0, extent.end - 10, 400)] for place, extent in ends.items()}
    seen = [(place, int(message.offset() or 0)) for place, message in read(world.kafka, asked)]
    wanted = {(place, at) for place, runs in asked.items() for run in runs for at in range(run.first, run.last + 1)}
    assert sorted(seen) == sorted(wanted)


def test_what_expired_from_one_partition_of_an_output_is_not_missing(world: World) -> None:
    """Null keys: one raw partition lies in both partitions of the output, and one of them has forgotten half."""
    produce_in_transactions(world)
    come_out(world, (0, 2, 5, 7, 10, 12), partition=0)
    come_out(world, (1, 3, 6, 8, 13), partition=1)  # 11 is missing
    forget(world, f"{world.name}.validated", 2, partition=1)  # 1 and 3 are gone
    found = first(balances(world.kafka, world.routes()))
    assert found.extent.first == 6
    assert [str(run) for run in found.missing] == ["11"]


def test_records_that_expired_unjudged_are_counted(world: World) -> None:
    produce_in_transactions(world)
    come_out(world, (0, 1, 2, 3, 5, 6))
    forget(world, f"{world.name}.raw", 20)
    found = first(balances(world.kafka, world.routes()))
    assert (found.extent.first, found.expired) == (20, (Run(7, 19),))
