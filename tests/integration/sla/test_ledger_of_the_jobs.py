"""The ledger over the real jobs: killed while they judge and land, they lose nothing; what is taken away is found."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from connections.logs import configure
from connections.proof import KafkaLog
from connections.storage import Storage, storage_of
from local_stack.blueprint import Options
from local_stack.ports import Ports
from local_stack.stack import Stack
from sla.estate import Subject
from sla.ledger import memory
from sla.ledger.balance import Asked, balance_of
from sla.ledger.ledger import Ledger
from sla.ledger.witness import Groups
from sla.paths import bronze
from sla.staging.intake import bring_in
from sluice.checks.periods import Grid
from sluice.contract.model import Contract
from sluice.contract.read import parse
from tests.integration.validator.conftest import CONTRACT, World, order
from tests.integration.validator.lake import Shore
from tests.unit.sla.works import told
from validator.landing.configuration import LandingDeployment
from validator.landing.deploy import LandingDriver
from validator.landing.settings import Landing, LandingSettings
from validator.landing.topics import pattern_of
from validator.settings import Validator

pytestmark = pytest.mark.integration

TRANSACTIONS, IN_EACH, ABORTED = 200, 25, 7


@pytest.fixture(scope="module")
def whole_stack(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[Stack]:
    """Broker, S3 and a Flink with a slot for each of the two jobs."""
    os.environ["SLUICE_JARS"] = str(jars_folder)
    home = tmp_path_factory.mktemp("whole")
    with Stack(home, Ports.free(), options=Options(taskmanagers=2), jars_folder=jars_folder) as stack:
        stack.up(("broker", "registry", "storage", "flink"))
        yield stack


@pytest.fixture
def world(whole_stack: Stack, tmp_path: Path) -> Iterator[World]:
    made = World(stack=whole_stack, name=f"orders-{uuid4().hex[:8]}", state=tmp_path / "state")
    made.topics()
    yield made
    made.end()


@pytest.fixture
def shore(world: World) -> Iterator[Shore]:
    made = Shore(stack=world.stack, name=f"land-{world.name}")
    yield made
    made.end()


def land(world: World, shore: Shore) -> None:
    settings = LandingSettings(
        kafka=world.kafka,
        lake=shore.lake,
        landing=Landing(name=shore.name, checkpoint_seconds=2, discovery_seconds=1),
        validator=Validator(flink_url=world.stack.flink_url, patience_seconds=90),
    )
    pattern = pattern_of((), (f"{world.name}.validated", f"{world.name}.dead-letter"))
    driver = LandingDriver(LandingDeployment(settings=settings, pattern=pattern), configure("test"))
    driver.verify(driver.start())


def produce(world: World, transactions: int) -> int:
    """Records in transactions, every seventh of which is aborted; how many were committed."""
    producer = Producer({**world.stack.client_settings(), "transactional.id": uuid4().hex})
    producer.init_transactions(30)
    committed = 0
    for number in range(transactions):
        producer.begin_transaction()
        for at in range(IN_EACH):
            producer.produce(f"{world.name}.raw", value=order(number * IN_EACH + at), key=str(at).encode())
        if number % ABORTED == ABORTED - 1:
            producer.abort_transaction(30)
        else:
            producer.commit_transaction(30)
            committed += IN_EACH
        time.sleep(0.05)
    return committed


def subject_of(world: World) -> Subject:
    contract = parse(CONTRACT.format(name=world.name, version="1.0.0", longest=10).encode(), "orders.odcs.yaml")
    assert isinstance(contract, Contract), contract
    described = contract.objects[0]
    assert described.stream is not None
    return Subject(contract=contract, described=described, stream=described.stream, grid=Grid.of("P1D", "UTC"))


def ledger(world: World, shore: Shore, storage: Storage, *, full: bool = False) -> Ledger:
    groups = Groups(landing=f"sluice.{shore.name}", judging=f"sluice.{world.name}")
    return balance_of(subject_of(world), storage, KafkaLog(world.kafka), Asked(groups=groups, full=full))


def settled(world: World, shore: Shore, storage: Storage, records: int, patience_seconds: float = 150) -> Ledger:
    """The ledger once so many raw records are in it, looked at all the time: no fault on the way there."""
    deadline = time.monotonic() + patience_seconds
    while True:
        found = ledger(world, shore, storage)
        assert told(found) == []
        landed = sum(file.rows for file in _files(world, storage))
        if landed == records and all(line.due >= line.through > 0 for line in found.judged):
            return found
        assert time.monotonic() < deadline, (landed, records, [(line.through, line.due) for line in found.judged])
        time.sleep(2)


def _files(world: World, storage: Storage) -> list[memory.File]:
    return list(memory.recall(storage, subject_of(world).folders)[0].files.values())


def test_jobs_that_are_killed_balance_and_a_file_that_is_taken_away_is_found(world: World, shore: Shore) -> None:
    world.start()
    land(world, shore)
    storage = storage_of(shore.lake)
    with ThreadPoolExecutor() as load:
        producing = load.submit(produce, world, TRANSACTIONS)
        for victim in ("taskmanager-1", "taskmanager-2"):
            time.sleep(4)
            world.stack.kill(victim)
            world.stack.start(victim)
            assert told(ledger(world, shore, storage)) == []
        records = producing.result()
    settled(world, shore, storage, records)
    staging = bring_in(subject_of(world), storage, 1 << 20)
    whole = ledger(world, shore, storage, full=True)
    assert (told(whole), whole.effort.rows) == ([], records)
    assert whole.staged.rows == sum(each.rows for each in staging.staged) == records * 9 // 10
    assert all(whole.holds_for(label).holds for label in staging.periods)

    gone = next(entry.path for entry in storage.list(bronze(f"{world.name}.validated")))
    storage.delete(gone)
    wrong = ledger(world, shore, storage)
    assert {fault.what for fault in wrong.faults} == {"deleted", "missing"}
    assert [fault.place for fault in wrong.faults if fault.what == "deleted"] == [gone]
    assert not wrong.holds_for(staging.periods[0]).holds
