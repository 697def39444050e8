"""What a check may look at: one object's profiles by period, and the few facts of its life that no profile holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sluice.checks.periods import Grid
from sluice.contract.model import Contract, SchemaObject
from sluice.finding.model import Window
from sluice.profile.model import Arrivals, Histogram, Period, PeriodProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a drift rule compares with: counts by frozen bins, and the window that they were counted in."""

    histogram: Histogram
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What the ledger says of the raw records of the window's appended hours. ``places`` are coordinates."""

    raw: int
    missing: int = 0
    doubled: int = 0
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything known of one object as of an instant, and the period that is judged.

    ``profiles`` by label: the period itself, its window and its history; nothing has to be left out, each check leaves
    the window under test out of its own baseline. ``closed`` names the closed periods: one of them without a profile
    is a period without rows; one that is neither is missing. ``available`` says when it could first be read
    (its first promotion). ``withheld`` says why the period under test is not published now; "" where nothing stands
    against it but what is found: a closed one is then taken to be published with the judging. ``references`` and
    ``reconciled`` by rule id.
    ``oldest`` is the oldest period still kept, ``erased`` are labels of periods once kept and now gone.
    ``ready_at`` is when the period could first be judged, the time to detect counts from there. Instants are in UTC.
    """

    contract: Contract
    object: SchemaObject
    grid: Grid
    period: Period
    as_of: datetime
    profiles: Mapping[str, PeriodProfile]
    closed: frozenset[str] = frozenset()
    revision: int = 1
    ready_at: datetime | None = None
    withheld: str = ""
    backfill: bool = False
    activation: datetime | None = None
    available: Mapping[str, datetime] = field(default_factory=dict)
    arrivals: Arrivals = field(default_factory=Arrivals)
    references: Mapping[str, Reference] = field(default_factory=dict)
    reconciled: Mapping[str, Reconciled] = field(default_factory=dict)
    oldest: Period | None = None
    erased: frozenset[str] = frozenset()

    @property
    def major(self) -> str:
        """The major version, which alone shares baselines."""
        return self.contract.version.partition(".")[0]

    @property
    def window(self) -> Window:
        """The period as a window."""
        return Window(start=self.period.start, end=self.period.end)

    @property
    def late_on_purpose(self) -> str:
        """Why no level of time is judged on this period; "" where they are."""
        if self.backfill:
            return "a backfill: when its records came says nothing"
        if self.activation is not None and self.period.end <= self.activation:
            return f"from before the contract's activation on {self.activation:%Y-%m-%d}"
        return ""

    @property
    def past_on_purpose(self) -> str:
        """Why nothing is judged that is about now; "" where it is."""
        if self.backfill:
            return self.late_on_purpose
        if self.activation is not None and self.as_of < self.activation:
            return f"as of a moment before the contract's activation on {self.activation:%Y-%m-%d}"
        return ""
