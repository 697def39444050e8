"""What a contract asks of many records together: its quality rules as values."""

from dataclasses import dataclass, field

from sluice.contract.measures import (
    ChangeRate,
    Drift,
    DuplicateValues,
    InvalidValues,
    Mean,
    Measure,
    MissingValues,
    Monotonicity,
    NullValues,
    Referential,
    Sql,
    StandardDeviation,
)
from sluice.contract.threshold import Threshold, Unit
from sluice.finding.model import OnBreach, Severity
from sluice.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule:
    """A rule on many records. ``kind`` is its name in the contract: a library metric, a check of ours, sql, text.

    ``window`` is an ISO 8601 duration no shorter than the landing period. ``threshold`` is None for drift, whose limit
    follows from the sample sizes, and for what is judged elsewhere.
    """

    id: str
    kind: str
    measure: Measure
    window: str
    place: Place
    threshold: Threshold | None = None
    unit: Unit = Unit.ROWS
    segment_by: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    on_breach: OnBreach = OnBreach.WARN
    enforce: bool = True  # False: judged and shown, tells nobody and holds nothing
    dimension: str = ""
    description: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it looks at; () is the whole record."""
        measure = self.measure.of if isinstance(self.measure, ChangeRate) else self.measure
        match measure:
            case NullValues() | MissingValues() | InvalidValues() | DuplicateValues():
                return measure.fields
            case Mean() | StandardDeviation() | Monotonicity() | Drift() | Referential():
                return (measure.field,)
            case Sql():
                return (measure.field,) if measure.field else ()
            case _:
                return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Watch columns against their own history: counts, nulls, distribution and volume, with one false-alarm rate.

    ``fields`` () is every column; ``false_alarm_rate`` is that of the whole family of checks in one window.
    """

    place: Place
    fields: tuple[str, ...] = ()
    false_alarm_rate: float = 0.01
    lookback: int = 28
    min_points: int = 7
    on_breach: OnBreach = OnBreach.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """On which local days a time of day is promised: weekdays from Monday = 0, but for the dates (ISO 8601)."""

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    but: tuple[str, ...] = field(default=())
