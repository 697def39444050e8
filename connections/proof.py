"""Kafka as the ledger's witness: how far partitions reach, what groups were told, which offsets hold a record."""

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from connections.reading import committed, extents_of, read
from connections.settings import Kafka
from sluice.ledger.account import Looked, Reach
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets

CLOSE: Final = 2_000  # reading on to the next gap costs less than seeking it


@dataclass(frozen=True, slots=True)
class KafkaLog:
    """The brokers of these settings. Every call may raise Fault: they do not answer, or refuse us."""

    kafka: Kafka

    def reach(self, topics: Sequence[str]) -> Mapping[Partition, Reach]:
        """How far each partition of the topics reaches; a topic that does not exist has none."""
        stable = extents_of(self.kafka, topics)
        high = extents_of(self.kafka, topics, committed=False)
        return {
            at: Reach(first=each.first, stable=each.end, high=max(high[at].end, each.end))
            for at, each in stable.items()
            if at in high
        }

    def told(self, group: str, topics: Sequence[str]) -> Mapping[Partition, int]:
        """The offsets that a consumer group has committed; only those of partitions for which it ever did."""
        return committed(self.kafka, group, topics)

    def look(self, asked: Mapping[Partition, Offsets], at_most: int) -> Mapping[Partition, Looked]:
        """Which of the asked offsets hold a committed record. Nothing may be asked beyond the last stable offset.

        After ``at_most`` records of a partition nobody looks on.
        """
        found = {at: _Found(each, at_most) for at, each in asked.items()}
        stretches = {at: joined(each).runs() for at, each in asked.items()}
        for at, message in read(self.kafka, stretches, lambda place: found[place].full):
            found[at].take(int(message.offset() or 0))
        return {at: each.looked for at, each in found.items()}


class _Found:
    """The asked offsets of one partition that were met; what lies between them passes by uncounted."""

    __slots__ = ("_asked", "_at_most", "_first", "_met")

    def __init__(self, asked: Offsets, at_most: int) -> None:
        self._asked = asked
        self._at_most = at_most
        self._first, self._met = asked.first.tolist(), array("q")

    def take(self, offset: int) -> None:
        at = bisect_right(self._first, offset) - 1
        if at >= 0 and offset < self._asked.end[at]:
            self._met.append(offset)

    @property
    def full(self) -> bool:
        return len(self._met) >= self._at_most

    @property
    def looked(self) -> Looked:
        met = Offsets.of(np.frombuffer(self._met, np.int64))
        return Looked(at=self._asked.within(0, met.highest + 1) if self.full else self._asked, held=met)


def joined(asked: Offsets) -> Offsets:
    """Few stretches that hold all that is asked, and what lies between where it is little."""
    if not asked:
        return asked
    far = np.flatnonzero(asked.first[1:] - asked.end[:-1] > CLOSE)
    return Offsets(asked.first[np.concatenate(([0], far + 1))], asked.end[np.concatenate((far, [len(asked.end) - 1]))])
