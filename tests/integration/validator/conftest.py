"""A validation job on the session's real stack: topics of its own, a driver, and a load to judge."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import orjson
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic

from connections.admin import admin
from connections.logs import configure
from connections.settings import Kafka
from connections.settings import Registry as RegistrySettings
from local_stack.stack import Stack
from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.ledger.balance import Balance
from validator.cluster import cluster_id, with_limits
from validator.configuration import Deployment
from validator.coordinates import balances
from validator.deploy import Driver, Started
from validator.flink_rest import Flink
from validator.frozen import ContractSet, Frozen, compile_gates
from validator.job import PlannedJob
from validator.route import Route, route_of
from validator.settings import JobSettings, Validator

CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: {name}
version: {version}
status: active
schema:
  - name: order
    physicalName: {name}.validated
    physicalType: topic
    logicalType: object
    properties:
      - {{name: id, logicalType: integer, required: true, logicalTypeOptions: {{minimum: 0}}}}
      - {{name: city, logicalType: string, required: true, logicalTypeOptions: {{maxLength: {longest}}}}}
    customProperties:
      - vendor: sluice
        property: stream
        value: {{raw: {name}.raw, deadLetter: {name}.dead-letter, unknownFields: reject, tombstones: pass}}
"""


ROOM = {"max.message.bytes": str(2 * 1024 * 1024)}  # of an output: what the raw topic takes, and our headers


def contract_text(name: str, *, version: str = "1.0.0", longest: int = 10) -> str:
    """The rules schema of a small contract: an id that is not negative, and a city of bounded length."""
    written = CONTRACT.format(name=name, version=version, longest=longest)
    contract = parse(written.encode(), f"{name}.odcs.yaml")
    assert isinstance(contract, Contract), contract
    return canonical(rules_schema(contract, contract.objects[0]))


def order(number: int) -> bytes:
    """The record of that number; one in ten breaks the contract."""
    return orjson.dumps({"id": number if number % 10 else -1, "city": "Lyon"})


@dataclass
class World:
    """One stream on the stack: its topics, its job's name, and what a test does with them."""

    stack: Stack
    name: str
    state: Path
    partitions: int = 2
    numbers: Iterator[int] = field(default_factory=count)
    kafka_settings: dict[str, Any] = field(default_factory=dict)

    @property
    def kafka(self) -> Kafka:
        return Kafka(**{"bootstrap": self.stack.bootstrap, **self.kafka_settings})

    @property
    def job_name(self) -> str:
        return f"sluice.{self.name}"

    def settings(self, **changed: Any) -> JobSettings:
        validator = {
            "name": self.name,
            "flink_url": self.stack.flink_url,
            "checkpoint_seconds": 1,
            "transaction_timeout_seconds": 60,
            "metrics_ports": "",
            "state": self.state,
            **changed,
        }
        registry = RegistrySettings(url=self.stack.registry_url, timeout_seconds=3, retries=0)
        return JobSettings(kafka=self.kafka, registry=registry, validator=Validator(**validator))

    def topics(self, *names: str) -> None:
        for name in names or (self.name,):
            self.make([f"{name}.raw"])
            self.make([f"{name}.validated", f"{name}.dead-letter"], **ROOM)

    def make(self, topics: Sequence[str], **config: str) -> None:
        kept = {"retention.ms": "-1", **config}  # records here have the times of 2013, which a broker deletes at once
        made = [NewTopic(topic, self.partitions, config=kept) for topic in topics]
        for future in admin(self.kafka).create_topics(made).values():
            future.result(15)

    def frozen(self, *names: str, version: str = "1.0.0", longest: int = 10) -> tuple[Frozen, ...]:
        return tuple(
            Frozen(subject=f"{name}.raw-contract", version=1, schema_id=1, text=text)
            for name in names or (self.name,)
            for text in (contract_text(name, version=version, longest=longest),)
        )

    def deployment(self, frozen: Sequence[Frozen] | None = None, **changed: Any) -> Deployment:
        settings = self.settings(**changed)
        limited = with_limits(frozen or self.frozen(), settings.kafka)
        contracts = ContractSet(registry=self.stack.registry_url, resolved_at_ms=0, contracts=limited)
        return Deployment(settings=settings, contracts=contracts, cluster=cluster_id(settings.kafka))

    def start(
        self,
        frozen: Sequence[Frozen] | None = None,
        *,
        upgrade: bool = False,
        from_outputs: bool = False,
        **changed: Any,
    ) -> Started:
        driver = Driver(self.deployment(frozen, **changed), configure("test"))
        started = driver.start(upgrade=upgrade, from_outputs=from_outputs)
        driver.verify(started)
        return started

    def start_wrongly(self, frozen: Sequence[Frozen] | None = None, **changed: Any) -> str:
        """Start from the group's own offsets, as somebody would who does not know better."""
        job = PlannedJob(self.deployment(frozen, **changed)).submit()
        return str(job.get_job_id())

    def produce(self, records: int, *names: str) -> None:
        producer = Producer({**self.stack.client_settings(), "linger.ms": 20})
        for number in (next(self.numbers) for _ in range(records)):
            for name in names or (self.name,):
                producer.produce(f"{name}.raw", key=str(number).encode(), value=order(number))
            producer.poll(0)
        assert producer.flush(30) == 0

    def routes(self, frozen: Sequence[Frozen] | None = None) -> tuple[Route, ...]:
        return tuple(route_of(gate) for gate in compile_gates(frozen or self.frozen()))

    def ledger(self, frozen: Sequence[Frozen] | None = None) -> tuple[Balance, ...]:
        return balances(self.kafka, self.routes(frozen))

    def settled(self, frozen: Sequence[Frozen] | None = None, patience_seconds: float = 90) -> tuple[Balance, ...]:
        """The ledger once nothing waits any more, or as it is when patience ends."""
        deadline = time.monotonic() + patience_seconds
        while True:
            found = self.ledger(frozen)
            if all(balance.complete for balance in found) or time.monotonic() > deadline:
                return found
            time.sleep(1)

    def flink(self) -> Flink:
        return Flink(self.stack.flink_url)

    def end(self) -> None:
        """Cancel whatever still runs."""
        with self.flink() as flink:
            for job in flink.living(self.job_name):
                flink.cancel(job.id, 60)


def judged(found: Sequence[Balance]) -> int:
    """How many raw records came out exactly once, of a ledger in which nothing is wrong."""
    assert all(balance.complete for balance in found), [
        (str(each.partition), each.missing, each.waiting, each.doubled, each.unexpected) for each in found
    ]
    return sum(balance.judged for balance in found)


@pytest.fixture(scope="session", autouse=True)
def jars(jars_folder: Path) -> None:
    """The driver finds Flink's connector where the stack has put it."""
    os.environ["SLUICE_JARS"] = str(jars_folder)


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Streams with names of their own; whatever job of theirs still runs at the end is cancelled."""
    made: list[World] = []

    def make(stack: Stack, **more: Any) -> World:
        world = World(stack=stack, name=f"orders-{uuid4().hex[:8]}", state=tmp_path / "state", **more)
        made.append(world)
        return world

    yield make
    for world in made:
        world.end()


@pytest.fixture
def world(flink_stack: Stack, make_world: Callable[..., World]) -> World:
    """A stream on the session's stack, its three topics made."""
    made = make_world(flink_stack)
    made.topics()
    return made


def replaced(frozen: Frozen, **changed: Any) -> Frozen:
    """The frozen contract with other values."""
    return msgspec.structs.replace(frozen, **changed)
