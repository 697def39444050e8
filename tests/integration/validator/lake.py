"""A landing on a real stack: topics of its own, a lake of its own, and what its files hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, NamedTuple

import pyarrow.parquet as pq
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import NewTopic
from pydantic import SecretStr

from connections.admin import admin
from connections.logs import configure
from connections.settings import Kafka, Lake
from connections.storage import storage_of
from local_stack.stack import Stack
from sluice.ledger.balance import Partition
from validator.flink_rest import Flink
from validator.landing.configuration import LandingDeployment
from validator.landing.deploy import LandingDriver, Started
from validator.landing.files import BronzeFile, contents_of, files_of, filesystem
from validator.landing.settings import Landing, LandingSettings
from validator.landing.topics import pattern_of
from validator.settings import Validator

Coordinates = tuple[str, int, int]


class Row(NamedTuple):
    """A record, as consumed or as landed."""

    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes | None]
    timestamp_ms: int


@dataclass
class Shore:
    """One landing on the stack: its job's name, its topics' prefix, and a lake of its own."""

    stack: Stack
    name: str
    prefix: str = ""
    partitions: int = 2
    made: list[str] = field(default_factory=list)

    @property
    def kafka(self) -> Kafka:
        return Kafka(bootstrap=self.stack.bootstrap)

    @property
    def lake(self) -> Lake:
        return Lake(
            root=f"s3://lake/{self.name}{self.prefix}",
            endpoint=self.stack.s3_url,
            access_key=SecretStr(self.stack.s3_access_key),
            secret_key=SecretStr(self.stack.s3_secret_key),
        )

    @property
    def endings(self) -> tuple[str, ...]:
        return (f"{self.name}.validated", f"{self.name}.dead-letter")

    def deployment(self, endings: Sequence[str] | None = None, **changed: Any) -> LandingDeployment:
        told = {"name": self.name, "checkpoint_seconds": 1, "discovery_seconds": 1, **changed}
        landing = Landing(**told)
        settings = LandingSettings(
            kafka=self.kafka,
            lake=self.lake,
            landing=landing,
            validator=Validator(flink_url=self.stack.flink_url, patience_seconds=90),
        )
        return LandingDeployment(settings=settings, pattern=pattern_of(endings or self.endings, ()))

    def start(
        self, endings: Sequence[str] | None = None, *, upgrade: bool = False, from_files: bool = False
    ) -> Started:
        driver = LandingDriver(self.deployment(endings), configure("test"))
        started = driver.start(upgrade=upgrade, from_files=from_files)
        driver.verify(started)
        return started

    def make(self, *kinds: str) -> list[str]:
        """Topics ``<kind>.<name>.validated``; records keep the times that they are given."""
        topics = [f"{kind}.{self.name}.validated" for kind in kinds]
        kept = {"retention.ms": "-1"}
        wanted = [NewTopic(topic, self.partitions, 1, config=kept) for topic in topics]
        for future in admin(self.kafka).create_topics(wanted).values():
            future.result(15)
        self.made += topics
        return topics

    def produce(self, topic: str, numbers: Sequence[int]) -> None:
        """Records with a number for a key, in transactions of at least a hundred, every seventh of which is aborted."""
        step = max(100, len(numbers) // 20)
        producer = Producer({"bootstrap.servers": self.stack.bootstrap, "transactional.id": f"load-{topic}"})
        producer.init_transactions(30)
        for begin in range(0, len(numbers), step):
            producer.begin_transaction()
            for number in numbers[begin : begin + step]:
                producer.produce(topic, key=str(number).encode(), value=b"%d" % number * 20)
            if begin // step % 7 == 6:
                producer.flush(30)  # aborted once they are there, so that they leave offsets that nobody sees
                producer.abort_transaction(30)
            else:
                producer.commit_transaction(30)

    def consumed(self) -> dict[Coordinates, Row]:
        """Every committed record of the topics made, as a consumer sees it."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.stack.bootstrap,
                "group.id": "sluice-test-reader",
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "enable.auto.commit": False,
            }
        )
        found: dict[Coordinates, Row] = {}
        ended: set[tuple[str, int]] = set()
        consumer.subscribe(self.made)
        while len(ended) < len(self.made) * self.partitions:
            for message in consumer.consume(1000, 0.5):
                if message.error() is not None:
                    ended.add((message.topic(), message.partition()))
                    continue
                headers: list[tuple[str, bytes | None]] = message.headers() or []
                row = Row(message.key(), message.value(), dict(headers), message.timestamp()[1])
                found[message.topic(), message.partition(), message.offset()] = row
        consumer.close()
        return found

    def files(self, lake: Lake | None = None) -> tuple[BronzeFile, ...]:
        return files_of(storage_of(lake or self.lake))

    def landed(self, lake: Lake | None = None) -> tuple[dict[Coordinates, Row], list[Coordinates]]:
        """What the files hold, and the coordinates that they hold more than once."""
        found: dict[Coordinates, Row] = {}
        times: Counter[Coordinates] = Counter()
        for file in self.files(lake):
            for row in self.rows(file, lake):
                place = (file.partition.topic, row["partition"], row["offset"])
                assert file.partition == Partition(topic=place[0], number=place[1])
                assert f"{row['landed_at']:dt=%Y-%m-%d/hr=%H}" == f"dt={file.hour}"
                found[place] = Row(
                    row["key"],
                    row["value"],
                    dict(row["headers"]),
                    round(row["appended_at"].replace(tzinfo=UTC).timestamp() * 1000),
                )
                times[place] += 1
        return found, [place for place, number in times.items() if number > 1]

    def ends(self) -> dict[Partition, int]:
        """The highest landed offset of each partition."""
        return {
            place: max(each.run.last for each in found) for place, found in contents_of(self.lake, self.files()).items()
        }

    def by_offset(self, topic: str, partition: int) -> list[BronzeFile]:
        """The files of one partition in the order of its offsets."""
        place = Partition(topic=topic, number=partition)
        files = [file for file in self.files() if file.partition == place]
        return sorted(files, key=lambda file: contents_of(self.lake, (file,))[place][0].run)

    def rows(self, file: BronzeFile, lake: Lake | None = None) -> list[dict[str, Any]]:
        system, base = filesystem(lake or self.lake)
        table = pq.read_table(f"{base}/{file.path}", filesystem=system, partitioning=None)
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def flink(self) -> Flink:
        return Flink(self.stack.flink_url)

    def end(self) -> None:
        """Cancel whatever still runs."""
        with self.flink() as flink:
            for job in flink.living(f"sluice.{self.name}"):
                flink.cancel(job.id, 60)
