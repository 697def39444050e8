"""The jobs on a broker with its authorizer on, as logins with exactly the rights that the contract's plan grants."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from confluent_kafka import Producer

from connections.kafka import client_config
from connections.logs import configure
from connections.settings import Kafka, Lake
from connections.storage import storage_of
from local_stack.blueprint import Options
from local_stack.stack import Stack
from registry_sync.access import wanted_access
from registry_sync.broker import KafkaBroker
from registry_sync.settings import AccessNames
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.terminal import Fault
from tests.integration.validator.conftest import CONTRACT, World, judged, order
from validator.landing.configuration import LandingDeployment
from validator.landing.deploy import LandingDriver
from validator.landing.files import files_of
from validator.landing.settings import Landing, LandingSettings
from validator.landing.topics import pattern_of
from validator.settings import Validator

pytestmark = pytest.mark.integration

USERS = {name: f"{name}-secret" for name in ("admin", "sluice-validator", "sluice-landing")}


def login(user: str) -> dict[str, str]:
    return {"security": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "username": user, "password": USERS[user]}


@pytest.fixture
def world(make_stack: Callable[..., Stack], make_world: Callable[..., World]) -> World:
    """A stream whose topics and rights sync's login has made; what follows is done as the validator."""
    made = make_world(
        make_stack("broker", "flink", options=Options(broker_users=USERS, taskmanagers=2)),
        kafka_settings=login("admin"),
    )
    made.topics()
    contract = parse(CONTRACT.format(name=made.name, version="1.0.0", longest=10).encode(), "orders.odcs.yaml")
    assert isinstance(contract, Contract), contract
    stream = contract.objects[0].stream
    assert stream is not None
    broker = KafkaBroker(made.kafka)
    for access in wanted_access(contract, stream, AccessNames()):
        broker.grant(access)
    made.kafka_settings = login("sluice-validator")
    return made


def produce(world: World, numbers: Iterable[int]) -> None:
    kafka = Kafka(**{"bootstrap": world.stack.bootstrap, **login("admin")})
    producer = Producer(client_config(kafka))
    for number in numbers:
        producer.produce(f"{world.name}.raw", order(number), key=str(number).encode())  # over all partitions
    assert producer.flush(30) == 0


def landing(world: World, folder: Path, user: str) -> LandingDriver:
    settings = LandingSettings(
        kafka=Kafka(**{"bootstrap": world.stack.bootstrap, **login(user)}),
        lake=Lake(root=folder.as_uri()),
        landing=Landing(name="land", checkpoint_seconds=1, discovery_seconds=1),
        validator=Validator(flink_url=world.stack.flink_url, patience_seconds=90),
    )
    topics = (f"{world.name}.validated", f"{world.name}.dead-letter")
    return LandingDriver(LandingDeployment(settings=settings, pattern=pattern_of((), topics)), configure("test"))


def landed(folder: Path) -> list[tuple[str, int, int]]:
    """The coordinates of every landed record, in order."""
    files = files_of(storage_of(Lake(root=folder.as_uri())))
    return sorted(
        (file.partition.topic, file.partition.number, offset)
        for file in files
        for offset in pq.read_table(folder / file.path, partitioning=None)["offset"].to_pylist()
    )


def await_landed(folder: Path, records: int) -> list[tuple[str, int, int]]:
    deadline = time.monotonic() + 60
    while len(found := landed(folder)) < records and time.monotonic() < deadline:
        time.sleep(0.5)
    assert len(set(found)) == len(found) == records
    return found


def test_the_validator_judges_and_is_replaced_from_a_savepoint_and_from_the_outputs(world: World) -> None:
    produce(world, range(100))
    world.start()
    assert judged(world.settled()) == 100
    world.start(world.frozen(version="1.1.0", longest=20), upgrade=True)
    world.start(upgrade=True, from_outputs=True)  # fences, reads the ledger, sets the group's offsets
    produce(world, range(100))
    assert judged(world.settled()) == 200


def test_the_landing_lands_both_outputs_and_fills_a_gap_among_its_files(world: World, tmp_path: Path) -> None:
    world.start()
    folder = tmp_path / "lake"
    driver = landing(world, folder, "sluice-landing")
    driver.verify(driver.start())
    for batch in (1, 2, 3):  # each in files of its own
        produce(world, range(100))
        assert judged(world.settled()) == 100 * batch
        before = await_landed(folder, 100 * batch)
    topic, partition, _ = before[-1]
    mine = [offset for *place, offset in before if place == [topic, partition]]
    offset = mine[len(mine) // 2]  # of the second batch: what lies before the first file is not asked for again
    for path in folder.rglob(f"tp={topic}/**/kp={partition}/*"):
        if offset in pq.read_table(path, partitioning=None)["offset"].to_pylist():
            path.unlink()
    driver = landing(world, folder, "sluice-landing")
    driver.verify(driver.start(upgrade=True, from_files=True))
    assert await_landed(folder, 300) == before


def test_the_landing_may_neither_judge_nor_read_what_is_raw(world: World) -> None:
    world.kafka_settings = login("sluice-landing")
    with pytest.raises(Fault, match="not allowed; our principal lacks a right for this"):
        world.start()
