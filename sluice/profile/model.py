"""A profile as values: what is known of many rows together, so kept that two profiles can become one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sluice.finding.model import Segment
from sluice.profile.lateness import Lateness
from sluice.profile.order import Order

Number = int | float
Token = str | int | float | bool | None

CLOCKS: Final = ("event", "appended", "judged", "landed")
"""In the order in which a record meets them."""

PAIRS: Final = tuple(f"{a}>{b}" for i, a in enumerate(CLOCKS) for b in CLOCKS[i + 1 :])
"""The keys of ``Profile.lateness``: event>appended, event>judged, ..., judged>landed."""

ANONYMOUS_MIN: Final = 10
"""A mean of fewer classified values than this is not told: with one value it would be the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Moments of the finite numbers of a column; NaN and the infinities are counted in ``not_finite`` and left out.

    ``m2`` is the sum of squared differences from the mean (Welford). Bounds are exact for integers and doubles, the
    nearest double for decimals, and None for classified fields.
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0
    minimum: Number | None = None
    maximum: Number | None = None
    not_finite: int = 0

    @property
    def variance(self) -> float | None:
        """The sample variance; None below two values."""
        return self.m2 / (self.count - 1) if self.count > 1 else None

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation, in the unit of the field; None below two values."""
        return None if self.variance is None else self.variance**0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """The shortest and the longest text of a column, in characters."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first and the last instant of a column of dates or timestamps (UTC; a date is its midnight)."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """What is known of one field over ``rows`` rows, those alone whose contract version declares it.

    ``nulls`` counts the cells of the typed column that hold nothing, for whatever reason; ``absent`` of them had no
    such field in the record, ``unfit`` of them had a value that is not of the declared type. ``missing`` counts the
    declared tokens (values that say "no value": "", "N/A"), each of which is no null.
    ``quantiles`` is a KLL sketch (k = 200), None for classified fields and for what has no order; ``distinct`` an HLL
    sketch (lgK = 12), None where distinct values are not counted (lists, maps, segments).
    """

    rows: int = 0
    nulls: int = 0
    absent: int = 0
    unfit: int = 0
    missing: Mapping[Token, int] = field(default_factory=dict)
    numbers: Numbers | None = None
    lengths: Lengths | None = None
    span: Span | None = None
    quantiles: bytes | None = None
    distinct: bytes | None = None
    order: Order | None = None
    classified: bool = False

    @property
    def values(self) -> int:
        """Cells that hold a value."""
        return self.rows - self.nulls

    @property
    def null_or_absent(self) -> int:
        """Cells that the record left empty: what ``nullValues`` counts."""
        return self.nulls - self.unfit

    @property
    def mean(self) -> float | None:
        """The mean of the numbers; None without numbers, and of too few classified ones."""
        if self.numbers is None or not self._tellable:
            return None
        return self.numbers.mean

    @property
    def deviation(self) -> float | None:
        """The sample standard deviation of the numbers; None below two, and of too few classified ones."""
        if self.numbers is None or not self._tellable:
            return None
        return self.numbers.deviation

    @property
    def _tellable(self) -> bool:
        count = self.numbers.count if self.numbers else 0
        return count >= (ANONYMOUS_MIN if self.classified else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of many rows. Without rows it is the identity of ``merge``.

    ``columns`` by dotted field name; ``lateness`` by the pairs of clocks in PAIRS, for the clocks that the rows have.
    ``event_credible`` is the newest event that is not younger than its own landing (or append, where no landing is
    known): a producer whose clock runs ahead cannot make data look fresh with it. ``counted`` holds, by rule id, the
    cells that a missingValues or invalidValues rule counts (summed over its fields). ``versions`` counts rows by the
    contract version that judged them.
    """

    rows: int = 0
    columns: Mapping[str, ColumnProfile] = field(default_factory=dict)
    lateness: Mapping[str, Lateness] = field(default_factory=dict)
    event_first: datetime | None = None
    event_last: datetime | None = None
    event_credible: datetime | None = None
    appended_first: datetime | None = None
    appended_last: datetime | None = None
    judged_first: datetime | None = None
    judged_last: datetime | None = None
    landed_first: datetime | None = None
    landed_last: datetime | None = None
    counted: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceKey:
    """Which rows: those of a segment, () for all; those of a producer, None for all, "" for rows that name none."""

    segment: Segment = ()
    producer: str | None = None


ALL: Final = SliceKey()
"""The slice that holds every row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One unit of event time, [start, end) in UTC; ``label`` is its local start, as in the paths of the lake."""

    label: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicates:
    """``duplicated`` rows repeat the key of an earlier one; ``incomplete`` rows have a null in it and repeat nothing.

    Exact within a period. Summed over several it counts no repetition across them.
    """

    rows: int = 0
    duplicated: int = 0
    incomplete: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Bins of numbers, frozen from a reference: ``len(cuts) + 1`` of them, right-closed, open at both ends.

    Bin 0 is (-inf, cuts[0]], bin i (cuts[i-1], cuts[i]], the last (cuts[-1], inf). ``low`` and ``high`` are the
    reference's bounds, ``mean`` and ``deviation`` its moments: Wasserstein distances need them.
    """

    cuts: tuple[float, ...]
    low: float
    high: float
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories:
    """Bins of text or booleans, frozen from a reference: one a value, and a last one for all others."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Exact counts by frozen bins; nulls (and NaN) apart. The reference of a drift rule is a Histogram as well."""

    edges: Edges | Categories
    counts: tuple[int, ...]
    nulls: int = 0

    @property
    def rows(self) -> int:
        """Rows with a value."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCounts:
    """Rows whose value the other object holds, does not hold, and that have none."""

    known: int = 0
    unknown: int = 0
    nulls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalCounts:
    """What came of the raw records that were appended in one hour. Replayed dead letters are not counted twice."""

    valid: int = 0
    control: int = 0
    invalid_first: int = 0
    invalid_replayed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Counts by the hour of the raw topic's timestamp (its start, UTC)."""

    hours: Mapping[datetime, ArrivalCounts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodProfile:
    """All that checks may read of one period of one object.

    ``version`` is the newest contract version among its rows. ``duplicates`` by the fields of the key;
    ``histograms``, ``references`` and ``scalars`` (sql rules) by rule id. ``failed`` says, by rule id, why its rows
    gave no answer; it shows no value of theirs, and is not kept with the rest.
    """

    contract: str
    version: str
    object: str
    period: Period
    slices: Mapping[SliceKey, Profile] = field(default_factory=dict)
    duplicates: Mapping[tuple[str, ...], Duplicates] = field(default_factory=dict)
    histograms: Mapping[str, Histogram] = field(default_factory=dict)
    references: Mapping[str, ReferenceCounts] = field(default_factory=dict)
    scalars: Mapping[str, float] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    arrivals: Arrivals | None = None

    @property
    def total(self) -> Profile:
        """The profile of every row of the period; an empty one where it has none."""
        return self.slices.get(ALL, EMPTY)


EMPTY: Final = Profile()
"""The identity of ``merge``."""
