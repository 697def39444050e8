from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from connections.kafka import client_config
from connections.registry import Registry
from connections.settings import Kafka
from local_stack.blueprint import Options
from local_stack.ports import Ports
from local_stack.stack import Stack
from registry_sync.broker import KafkaBroker
from registry_sync.state import Access, Operation, Resource
from sluice.terminal import Fault
from tests.unit.connections.fake_registry import FakeRegistry
from tests.unit.registry_sync.access_suite import AccessSuite, sharing
from tests.unit.registry_sync.by_hand import applied, planned

pytestmark = pytest.mark.integration

USERS = {name: f"{name}-secret" for name in ("admin", "shop", "report", "owner", "sluice-validator", "stranger")}

DENIALS = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[Stack]:
    options = Options(broker_users=USERS)
    home = tmp_path_factory.mktemp("guarded")
    with Stack(home, Ports.free(), options=options, jars_folder=jars_folder) as stack:
        stack.up(("broker",))
        yield stack


def login(stack: Stack, user: str, password: str | None = None) -> Kafka:
    return Kafka(
        bootstrap=stack.bootstrap,
        security="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        username=user,
        password=password or USERS[user],
        timeout_seconds=10,
    )


class GuardedWorld:
    def __init__(self, stack: Stack) -> None:
        self.name = f"orders-{uuid4().hex[:8]}"
        self.broker = KafkaBroker(login(stack, "admin"))
        self.fake = FakeRegistry()
        for access in self.broker.access():
            self.broker.revoke(access)  # the broker is this module's own: each test begins without rules

    def registry(self) -> Registry:
        return self.fake.client()


@pytest.fixture
def world(guarded: Stack) -> GuardedWorld:
    return GuardedWorld(guarded)


class TestRealBroker(AccessSuite):
    pass


def write(kafka: Kafka, topic: str, transactional_id: str | None = None) -> None:
    more = {"transactional.id": transactional_id} if transactional_id else {}
    producer = Producer({**client_config(kafka), **more, "message.timeout.ms": 8000})
    told: list[KafkaError | None] = []
    if transactional_id:
        producer.init_transactions(10)
        producer.begin_transaction()
    producer.produce(topic, b"{}", on_delivery=lambda error, _: told.append(error))
    producer.flush(10)
    if told[0] is not None:
        raise KafkaException(told[0])
    if transactional_id:
        producer.commit_transaction(10)


def read(kafka: Kafka, topic: str, group: str) -> None:
    consumer = Consumer({**client_config(kafka), "group.id": group, "auto.offset.reset": "earliest"})
    try:
        consumer.subscribe([topic])
        for _ in range(100):
            message = consumer.poll(0.2)
            if message is not None:
                error = message.error()
                if error is not None:
                    raise KafkaException(error)
                return
    finally:
        consumer.close()
    raise AssertionError(f"nothing was read from {topic}")


def denied(action: Callable[[], None]) -> bool:
    try:
        action()
    except KafkaException as error:
        return error.args[0].code() in DENIALS
    return False


def test_the_broker_itself_lets_each_do_its_part_and_nothing_else(guarded: Stack, world: GuardedWorld) -> None:
    applied(world, planned(world, sharing(world.name), acls=True))
    raw, validated, dead = (f"{world.name}.{end}" for end in ("raw", "validated", "dead-letter"))
    shop, report, owner, validator, stranger = (
        login(guarded, user) for user in ("shop", "report", "owner", "sluice-validator", "stranger")
    )
    write(shop, raw)
    read(validator, raw, "sluice.validate")
    write(validator, validated, "sluice.validate-1")
    write(validator, dead, "sluice.validate-1")
    read(report, validated, "report")
    read(report, validated, "report.nightly")
    read(owner, dead, f"{world.name}-owners")

    assert denied(lambda: write(shop, validated))
    assert denied(lambda: write(shop, dead))
    assert denied(lambda: write(validator, raw))
    assert denied(lambda: write(report, validated))
    assert denied(lambda: read(report, dead, "report"))
    assert denied(lambda: read(report, validated, "somebody-else"))
    assert denied(lambda: read(owner, validated, f"{world.name}-owners"))
    assert denied(lambda: read(stranger, validated, "stranger"))
    assert denied(lambda: write(stranger, raw))


def test_a_wrong_password_is_one_sentence_without_it(guarded: Stack) -> None:
    with pytest.raises(Fault, match="the login was refused") as told:
        KafkaBroker(login(guarded, "shop", "guessed")).topics(["a"])
    assert "guessed" not in str(told.value)


def test_a_login_without_rights_is_one_sentence(guarded: Stack) -> None:
    with pytest.raises(Fault, match="creating strangers-topic: not allowed; our principal lacks a right for this"):
        KafkaBroker(login(guarded, "stranger")).create("strangers-topic", 1, 1, ())


def test_a_broker_without_an_authorizer_is_one_sentence(stack: Stack) -> None:
    broker = KafkaBroker(Kafka(bootstrap=stack.bootstrap))
    with pytest.raises(Fault, match="has no authorizer, so access rules mean nothing there; leave --acls away"):
        broker.grant(Access(principal="User:a", operation=Operation.READ, resource=Resource.TOPIC, name="a"))
