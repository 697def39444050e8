"""The ledger of one object as a value: three balances, what is wrong by coordinates, and whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sla.ledger.compared import Uneven
from sluice.checks.view import Reconciled
from sluice.ledger.account import Line
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets
from sluice.ledger.runs import Run
from sluice.profile.model import Arrivals, Period

PLACES_MAX: Final = 20
EVERY_PERIOD: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is wrong, at coordinates: which balance, what, and the periods that it concerns.

    ``what`` is missing, unproven, twice, stray, or the kind of an oddity. ``place`` names a partition, a batch or a
    file; ``offsets`` are those there, none for a file as a whole.
    """

    balance: str  # landed, judged, staged
    what: str
    place: str
    offsets: Offsets = field(default_factory=Offsets)
    rows: int = 0
    detail: str = ""
    periods: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        """How many records, at most."""
        return len(self.offsets) or self.rows

    def concerns(self, label: str) -> bool:
        """Whether the period may lack a record by it, or have one too many."""
        return label in self.periods or EVERY_PERIOD in self.periods

    def places(self, at_most: int = PLACES_MAX) -> tuple[str, ...]:
        """Its coordinates as runs: ``flights.raw[0]@17..19``."""
        return tuple(f"{self.place}@{run}" for run in self.offsets.runs(at_most)) or (self.place,)

    def __str__(self) -> str:
        runs = self.places(3)
        more = " ..." if len(self.offsets.first) > len(runs) else ""
        number = f"{self.count} " if self.count else ""
        return (
            f"{self.balance}: {number}{self.what}, {'; '.join(runs)}{more}{f' ({self.detail})' if self.detail else ''}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A loss that somebody has accepted: runs of offsets of a partition, or, without any, a file."""

    place: str
    runs: tuple[Run, ...]
    at: datetime
    by: str
    why: str

    def __str__(self) -> str:
        runs = ",".join(map(str, self.runs[:PLACES_MAX])) + (" ..." if len(self.runs) > PLACES_MAX else "")
        return f"{self.place}{f'@{runs}' if runs else ''} by {self.by} on {self.at:%Y-%m-%d}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedBalance:
    """Batches up to ``through`` were compared; what landed since waits to be staged."""

    through: int
    rows: int
    uneven: tuple[Uneven, ...]
    waiting_files: int
    waiting_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """What the run read."""

    files: int
    bytes: int
    rows: int
    seconds: float
    full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether a period may be published as far as the ledger knows; ``why`` not, a sentence a fault."""

    holds: bool
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which periods are asked about: one, all from one on, or all."""

    period: str | None = None
    since: str | None = None

    @property
    def bounded(self) -> bool:
        """Whether it is about some periods only."""
        return self.period is not None or self.since is not None

    def has(self, label: str) -> bool:
        """Whether the period is one of them; labels sort as time does."""
        return (self.period is None or label == self.period) and (self.since is None or label >= self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The faults that concern some periods. ``behind`` says of which of them not everything has landed."""

    faults: tuple[Fault, ...]
    behind: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with them, and nothing of one that was named is still to come."""
        return not self.faults and not self.behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Of one object. ``asked`` is whether Kafka answered; ``highest`` the highest raw offset staged, by period.

    What was ``accepted`` is in no fault any more.
    """

    contract: str
    object: str
    raw: str
    asked: bool
    landed: tuple[Line, ...]
    judged: tuple[Line, ...]
    staged: StagedBalance
    faults: tuple[Fault, ...]
    highest: Mapping[str, Mapping[int, int]]
    arrivals: Arrivals
    effort: Effort
    accepted: tuple[Acceptance, ...] = ()

    @property
    def holds(self) -> bool:
        """Nothing is missing, twice, stray or unknown in any of the three; records may wait."""
        return not self.faults

    def holds_for(self, label: str) -> Answer:
        """Whether all three balances hold past the period: for promotion.

        Each raw partition has to be due past the period's last record, and no fault may lie among its records, or
        next to them.
        """
        wrong = tuple(str(fault) for fault in self.faults if fault.concerns(label))
        why = (*wrong, *self._behind(label))
        return Answer(holds=not why, why=why)

    def about(self, span: Span) -> Told:
        """What there is to tell of some periods; a fault of which nobody knows the period is always told."""
        if not span.bounded:
            return Told(faults=self.faults)
        mine = [label for label in {*self.highest, span.period or span.since or ""} if span.has(label)]
        wrong = (each for each in self.faults if not each.periods or any(each.concerns(label) for label in mine))
        return Told(faults=tuple(wrong), behind=self._behind(span.period) if span.period is not None else ())

    def _behind(self, label: str) -> tuple[str, ...]:
        """Why the period may still lack records that are on their way."""
        if not self.asked:
            return ("Kafka did not answer, so nobody can tell what is missing",)
        why = []
        due = {line.partition.number: line.due for line in self.judged}
        for number, highest in sorted(self.highest.get(label, {}).items()):
            if (reached := due.get(number, 0)) <= highest:
                at = Partition(topic=self.raw, number=number)
                why.append(f"the landing is behind: {at} is due up to {reached}, and the period reaches to {highest}")
        return tuple(why)

    def reconciled(self, period: Period) -> Reconciled:
        """For the reconciliation rule: the raw records of the period's appended hours, and what is wrong with them."""
        hours = [counts for hour, counts in self.arrivals.hours.items() if period.start <= hour < period.end]
        seen = sum(each.valid + each.control + each.invalid_first + each.invalid_replayed for each in hours)
        mine = [fault for fault in self.faults if fault.balance == "judged" and fault.concerns(period.label)]
        lost = [fault for fault in mine if fault.what in {"missing", "unproven"}]
        twice = [fault for fault in mine if fault.what == "twice"]
        missing, doubled = (sum(fault.count for fault in found) for found in (lost, twice))
        places = [place for fault in (*lost, *twice) for place in fault.places()]
        return Reconciled(raw=seen + missing, missing=missing, doubled=doubled, places=tuple(places[:PLACES_MAX]))
