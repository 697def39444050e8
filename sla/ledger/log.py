"""What the ledger asks of Kafka; the real one is ``connections.proof.KafkaLog``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from sluice.ledger.account import Looked, Reach
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets
from sluice.terminal import Fault


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


class Unanswered(Fault):
    """Kafka did not answer, or refused us: what the files alone can tell can still be told."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A log whose faults are told from those of the storage."""

    log: Log

    def reach(self, topics: Sequence[str]) -> Mapping[Partition, Reach]:
        """As the log says."""
        with _unanswered():
            return self.log.reach(topics)

    def told(self, group: str, topics: Sequence[str]) -> Mapping[Partition, int]:
        """As the log says."""
        with _unanswered():
            return self.log.told(group, topics)

    def look(self, asked: Mapping[Partition, Offsets], at_most: int) -> Mapping[Partition, Looked]:
        """As the log says."""
        with _unanswered():
            return self.log.look(asked, at_most)


@contextmanager
def _unanswered() -> Iterator[None]:
    try:
        yield
    except Fault as fault:
        raise Unanswered(str(fault)) from None
