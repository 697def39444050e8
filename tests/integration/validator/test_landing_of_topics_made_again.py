"""A topic is deleted and made again: where landing starts then, by what the broker and the files say."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import NewTopic

from connections.admin import admin
from connections.reading import extents_of
from connections.settings import Kafka, Lake
from connections.storage import storage_of
from local_stack.ports import Ports
from local_stack.stack import Stack
from sluice.ledger.balance import Extent, Partition
from sluice.terminal import Fault
from validator.landing.files import files_of
from validator.landing.look import landed_of, resumptions_of
from validator.landing.resume import Landed, refuse_strangers
from validator.landing.settings import Landing, LandingSettings
from validator.offsets import commit
from validator.settings import Validator

pytestmark = pytest.mark.integration

BEFORE_MS = 1_795_262_400_000
AFTER_MS = BEFORE_MS + 3_600_000


class Topic:
    """One topic of one partition, and the lake that its first five records have landed in."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.name = f"orders-{uuid4().hex[:8]}.validated"
        self.at = Partition(topic=self.name, number=0)
        self.settings = LandingSettings(
            kafka=Kafka(bootstrap=stack.bootstrap),
            lake=Lake(root=str(folder)),
            landing=Landing(name=self.name),
            validator=Validator(),
        )
        self.folder = folder

    def make(self, records: int, at_ms: int) -> None:
        kafka = self.settings.kafka
        kept = {"retention.ms": "-1"}
        admin(kafka).create_topics([NewTopic(self.name, 1, 1, config=kept)])[self.name].result(15)
        producer = Producer({"bootstrap.servers": kafka.bootstrap})
        for number in range(records):
            producer.produce(self.name, partition=0, value=b"{}", timestamp=at_ms + number)
        assert producer.flush(30) == 0

    def make_again(self, records: int) -> None:
        admin(self.settings.kafka).delete_topics([self.name])[self.name].result(15)
        deadline = time.monotonic() + 15
        while extents_of(self.settings.kafka, [self.name]) and time.monotonic() < deadline:
            time.sleep(0.2)
        self.make(records, AFTER_MS)

    def land(self, records: int) -> None:
        file = self.folder / f"bronze/tp={self.name}/dt=2026-11-21/hr=12/kp=0/part-0-0"
        file.parent.mkdir(parents=True)
        at = [datetime.fromtimestamp((BEFORE_MS + each) / 1000, UTC).replace(tzinfo=None) for each in range(records)]
        columns = {"offset": pa.array(range(records), pa.int64()), "appended_at": pa.array(at, pa.timestamp("us"))}
        pq.write_table(pa.table(columns), file)

    def look(self) -> tuple[Landed, ...]:
        files = files_of(storage_of(self.settings.lake))
        return landed_of(self.settings, files, [self.name], every_file=False)

    def start(self) -> int:
        found = self.look()
        refuse_strangers(found)
        (resumed,) = resumptions_of(self.settings.kafka, found)
        return resumed.offset


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("again"), Ports.free(), jars_folder=jars_folder) as stack:
        stack.up(("broker",))
        yield stack


@pytest.fixture
def topic(broker: Stack, tmp_path: Path) -> Topic:
    made = Topic(broker, tmp_path)
    made.make(5, BEFORE_MS)
    return made


def test_a_topic_that_is_as_it_was_goes_on_behind_its_files(topic: Topic) -> None:
    topic.land(5)
    assert topic.start() == 5


@pytest.mark.parametrize("records", [3, 50])
def test_a_topic_that_was_made_again_is_refused_also_once_it_has_outgrown_its_files(topic: Topic, records: int) -> None:
    topic.land(5)
    topic.make_again(records)
    with pytest.raises(Fault, match=r"was the topic deleted and made again\?"):
        topic.start()


def test_the_offset_of_a_topic_that_is_gone_makes_nobody_skip_the_records_of_the_new_one(topic: Topic) -> None:
    other = topic.folder / "bronze/tp=other.validated/dt=2026-11-21/hr=12/kp=0/part-0-0"
    other.parent.mkdir(parents=True)
    other.touch()  # a lake in use: in an empty one no group is asked
    topic.make_again(3)
    commit(topic.settings.kafka, topic.settings.landing.group, {topic.at: 5})
    (found,) = topic.look()
    assert (found.extent, found.committed, found.forgotten) == (Extent(first=0, end=3), 5, True)
    assert topic.start() == 0
