"""A real broker as the stand-in jobs of the ledger's stories use it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, Message, Producer, TopicPartition
from confluent_kafka.admin import NewTopic

from connections.admin import admin
from connections.proof import KafkaLog
from connections.settings import Kafka
from sluice.ledger.balance import Partition

SECONDS = 30


@dataclass(frozen=True)
class Broker:
    kafka: Kafka

    @property
    def log(self) -> KafkaLog:
        return KafkaLog(self.kafka)

    def make(self, topic: str, partitions: int) -> None:
        made = admin(self.kafka).create_topics([NewTopic(topic, partitions, 1, config={"retention.ms": "-1"})])
        made[topic].result(SECONDS)

    def produce(self, topic: str, count: int, partition: int = 0) -> list[int]:
        return self._send(Producer({"bootstrap.servers": self.kafka.bootstrap, "acks": "all"}), topic, count, partition)

    def transact(self, topic: str, count: int, partition: int = 0, *, commit: bool = True) -> list[int]:
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap, "transactional.id": uuid4().hex})
        producer.init_transactions(SECONDS)
        producer.begin_transaction()
        offsets = self._send(producer, topic, count, partition)
        if commit:
            producer.commit_transaction(SECONDS)
        else:
            producer.abort_transaction(SECONDS)
        return offsets

    def commit(self, group: str, offsets: Mapping[Partition, int]) -> None:
        places = [TopicPartition(at.topic, at.number, offset) for at, offset in offsets.items()]
        asked = admin(self.kafka).alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, places)])
        asked[group].result(SECONDS)

    def expire(self, at: Partition, before: int) -> None:
        for asked in admin(self.kafka).delete_records([TopicPartition(at.topic, at.number, before)]).values():
            asked.result(SECONDS)

    @staticmethod
    def _send(producer: Producer, topic: str, count: int, partition: int) -> list[int]:
        offsets: list[int] = []

        def delivered(error: KafkaError | None, message: Message) -> None:
            assert error is None, error
            offsets.append(int(message.offset() or 0))

        for number in range(count):
            producer.produce(topic, value=b"%d" % number, partition=partition, on_delivery=delivered)
        assert producer.flush(SECONDS) == 0
        return sorted(offsets)
