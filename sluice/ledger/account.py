"""The account of one partition: which offsets are settled for good, and what that leaves open.

An offset is settled once it was seen, or once a committed read has shown that it holds no record. Settled offsets lie
in few runs however many records there were, so an account of millions is small, and a new file costs what it holds.
"""

from dataclasses import dataclass, field, replace

from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Array, Offsets, repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known for good. ``start`` is the lowest offset that is asked about.

    ``settled`` were seen once or more, or hold no record; ``doubled`` were seen more than once (or although they hold
    no record); ``held`` are known to hold a record, whether it was seen or not.
    """

    start: int
    settled: Offsets = field(default_factory=Offsets)
    doubled: Offsets = field(default_factory=Offsets)
    held: Offsets = field(default_factory=Offsets)

    def entered(self, seen: Array) -> "Account":
        """The account with offsets that were seen now, in any order; none of them was entered before."""
        found = Offsets.of(seen)
        twice = repeated(seen) | (found & self.settled)
        return replace(self, settled=self.settled | found, doubled=self.doubled | twice, held=self.held - found)

    def empty(self, proven: Offsets) -> "Account":
        """The account with offsets that hold no record."""
        return replace(self, settled=self.settled | proven)

    def open(self, due: int) -> Offsets:
        """What is not settled of [start, due)."""
        return self.settled.gaps(self.start, due)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a partition reaches in Kafka: [first, stable) can be read; up to ``high`` transactions are open."""

    first: int
    stable: int
    high: int


def to_ask(account: Account, due: int, reach: Reach) -> Offsets:
    """Which open offsets Kafka can still tell about; what it has told before is not asked again."""
    return (account.open(due) - account.held).within(reach.first, reach.stable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a committed read has shown: of the offsets ``at`` those in ``held`` hold a record, and no other does."""

    at: Offsets
    held: Offsets

    @property
    def empty(self) -> Offsets:
        """Those that hold none: markers of transactions, aborted and compacted records."""
        return self.at - self.held


def learned(account: Account, looked: Looked) -> Account:
    """The account once Kafka has told."""
    return replace(account, held=account.held | looked.held).empty(looked.empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One partition balanced: every offset of [start, due) exactly once.

    ``missing`` hold a record and were not seen; of ``unproven`` nobody can tell whether they held one; ``doubled`` came
    more than once; ``stray`` lie beyond ``end``, the partition's (None where Kafka was not asked). ``waiting`` counts
    offsets that are not due and were not seen; markers of transactions are among them. ``through``: every offset below
    it is accounted for.
    """

    partition: Partition
    start: int
    due: int
    through: int
    end: int | None
    settled: int
    waiting: int
    missing: Offsets
    unproven: Offsets
    doubled: Offsets
    stray: Offsets

    @property
    def holds(self) -> bool:
        """Nothing is lost, nothing came twice or from nowhere, nothing is unknown; records may wait."""
        return not (self.missing or self.unproven or self.doubled or self.stray)

    @property
    def faults(self) -> Offsets:
        """All offsets with which something is wrong."""
        return self.missing | self.unproven | self.doubled | self.stray


def line(partition: Partition, account: Account, due: int, end: int | None) -> Line:
    """The account as a line of the ledger; ``end`` is the high watermark, None where nobody could be asked."""
    open_ = account.open(due)
    missing = open_ & account.held
    through = account.settled.through(account.start)
    return Line(
        partition=partition,
        start=account.start,
        due=due,
        through=min(through, account.doubled.lowest) if account.doubled else through,
        end=end,
        settled=len(account.settled),
        waiting=len(account.settled.gaps(max(account.start, due), end)) if end is not None else 0,
        missing=missing,
        unproven=open_ - missing,
        doubled=account.doubled,
        stray=Offsets() if end is None else account.settled - Offsets.between(0, end),
    )
