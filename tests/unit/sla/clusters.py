"""A Kafka that fits into a dictionary, for tests of the ledger: what it answers, the real one answers as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from sla.ledger.log import Log
from sluice.ledger.account import Looked, Reach
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets


class Cluster(Protocol):
    """What stands in for producers and jobs: the fake below, or a real broker."""

    @property
    def log(self) -> Log: ...

    def make(self, topic: str, partitions: int) -> None: ...

    def produce(self, topic: str, count: int, partition: int = 0) -> list[int]:
        """Records without a transaction; their offsets."""
        ...

    def transact(self, topic: str, count: int, partition: int = 0, *, commit: bool = True) -> list[int]:
        """Records of one transaction, which ends with a marker; their offsets."""
        ...

    def commit(self, group: str, offsets: Mapping[Partition, int]) -> None: ...

    def expire(self, at: Partition, before: int) -> None:
        """Delete what is older than an offset."""
        ...


class What(Enum):
    RECORD = 1
    MARKER = 2
    ABORTED = 3


@dataclass
class FakeCluster:
    topics: dict[Partition, list[What]] = field(default_factory=dict)
    first: dict[Partition, int] = field(default_factory=dict)
    groups: dict[str, dict[Partition, int]] = field(default_factory=dict)
    looks: int = 0

    @property
    def log(self) -> "FakeCluster":
        return self

    def make(self, topic: str, partitions: int) -> None:
        for number in range(partitions):
            self.topics[Partition(topic=topic, number=number)] = []

    def produce(self, topic: str, count: int, partition: int = 0) -> list[int]:
        return self._append(Partition(topic=topic, number=partition), [What.RECORD] * count)

    def transact(self, topic: str, count: int, partition: int = 0, *, commit: bool = True) -> list[int]:
        records = [What.RECORD if commit else What.ABORTED] * count
        return self._append(Partition(topic=topic, number=partition), [*records, What.MARKER])[:-1]

    def commit(self, group: str, offsets: Mapping[Partition, int]) -> None:
        self.groups.setdefault(group, {}).update(offsets)

    def expire(self, at: Partition, before: int) -> None:
        self.first[at] = before

    def reach(self, topics: Sequence[str]) -> Mapping[Partition, Reach]:
        return {
            at: Reach(first=self.first.get(at, 0), stable=len(found), high=len(found))
            for at, found in self.topics.items()
            if at.topic in topics
        }

    def told(self, group: str, topics: Sequence[str]) -> Mapping[Partition, int]:
        return {at: offset for at, offset in self.groups.get(group, {}).items() if at.topic in topics}

    def look(self, asked: Mapping[Partition, Offsets], at_most: int) -> Mapping[Partition, Looked]:
        self.looks += 1
        return {at: self._looked(at, each, at_most) for at, each in asked.items()}

    def _looked(self, at: Partition, asked: Offsets, at_most: int) -> Looked:
        assert asked.lowest >= self.first.get(at, 0), "asked for what has expired"
        assert asked.highest < len(self.topics[at]), "asked for what is not there yet"
        held = [offset for run in asked.runs() for offset in range(run.first, run.last + 1)]
        met = [offset for offset in held if self.topics[at][offset] is What.RECORD][:at_most]
        return Looked(at=asked.within(0, met[-1] + 1) if len(met) == at_most else asked, held=Offsets.of(met))

    def _append(self, at: Partition, more: list[What]) -> list[int]:
        start = len(self.topics[at])
        self.topics[at] += more
        return list(range(start, start + len(more)))
