"""The ledger's stories on a real broker: real transactions, markers and aborted records, real groups and retention."""

from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from connections.proof import KafkaLog
from connections.settings import Kafka, Lake
from connections.storage import storage_of
from local_stack.stack import Stack
from sla.ledger.log import Unanswered
from tests.integration.sla.broker import SECONDS, Broker
from tests.unit.sla.ledger_cases import CASES
from tests.unit.sla.works import Works, told

pytestmark = pytest.mark.integration


@pytest.fixture
def broker(stack: Stack) -> Broker:
    return Broker(Kafka(bootstrap=stack.bootstrap))


@pytest.fixture
def works(broker: Broker, tmp_path: Path) -> Works:
    name = f"ledger-{uuid4().hex[:8]}"
    return Works(cluster=broker, storage=storage_of(Lake(root=f"file://{tmp_path}")), name=name)


@pytest.mark.parametrize("case", CASES)
def test_on_a_real_kafka(case: str, works: Works) -> None:
    CASES[case](works)


def test_an_open_transaction_may_still_hold_what_seems_to_be_lost(works: Works, broker: Broker) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    works.cluster.produce(works.raw, 5)
    producer = Producer({"bootstrap.servers": broker.kafka.bootstrap, "transactional.id": uuid4().hex})
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    producer.produce(works.validated, value=b"{}", partition=0)
    assert producer.flush(SECONDS) == 0
    works.judged_to(25)  # the group is told at the same checkpoint, and the transaction is not committed yet
    works.land()
    assert told(works.ledger()) == []
    producer.abort_transaction(SECONDS)
    assert told(works.ledger()) == ["judged missing raw[0]@20..24"]


def test_a_broker_that_is_down_leaves_what_files_can_tell(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    assert told(works.ledger()) == []
    works.storage.put_new(f"{path}-again", works.storage.get(path)[0])
    nobody = Broker(Kafka(bootstrap="127.0.0.1:1", timeout_seconds=2))
    assert isinstance(nobody.log, KafkaLog)
    works.cluster = nobody
    with pytest.raises(Unanswered):
        works.ledger()
    assert told(works.ledger(online=False)) == ["judged twice raw[0]@0..8,10..18", "landed twice validated[0]@0..17"]
