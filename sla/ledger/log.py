"""What the ledger asks of Kafka; the real one is ``connections.proof.KafkaLog``."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sluice.ledger.account import Looked, Reach
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets


class Log(Protocol):
    """A witness of what topics hold. Every call may raise Fault: nobody answers."""

    def reach(self, topics: Sequence[str]) -> Mapping[Partition, Reach]:
        """How far each partition of the topics reaches; a topic that does not exist has none."""
        ...

    def told(self, group: str, topics: Sequence[str]) -> Mapping[Partition, int]:
        """The offsets that a consumer group has committed; only those of partitions for which it ever did."""
        ...

    def look(self, asked: Mapping[Partition, Offsets], at_most: int) -> Mapping[Partition, Looked]:
        """Which of the asked offsets hold a committed record; after ``at_most`` of a partition nobody looks on."""
        ...
