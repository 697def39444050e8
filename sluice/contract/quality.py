"""What a contract asks of many records together: its quality rules as values, one type for each thing measured."""

from dataclasses import dataclass, field
from enum import StrEnum

from sluice.finding.model import OnBreach, Severity
from sluice.problem import Place

Number = int | float


class Operator(StrEnum):
    """The operators of ODCS. ``mustBeBetween`` excludes its bounds, and so ``mustNotBeBetween`` allows them."""

    BE = "mustBe"
    NOT_BE = "mustNotBe"
    GREATER = "mustBeGreaterThan"
    GREATER_OR_EQUAL = "mustBeGreaterOrEqualTo"
    LESS = "mustBeLessThan"
    LESS_OR_EQUAL = "mustBeLessOrEqualTo"
    BETWEEN = "mustBeBetween"
    NOT_BETWEEN = "mustNotBeBetween"


class Unit(StrEnum):
    """What the number counts: rows, a share of them, or it is in the unit of the field."""

    ROWS = "rows"
    PERCENT = "percent"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """An operator with its one bound, or its two in rising order."""

    operator: Operator
    bounds: tuple[Number, ...]

    def met_by(self, observed: float) -> bool:
        """Whether a measured number is as asked."""
        low, high = self.bounds[0], self.bounds[-1]
        match self.operator:
            case Operator.BE:
                return observed == low
            case Operator.NOT_BE:
                return observed != low
            case Operator.GREATER:
                return observed > low
            case Operator.GREATER_OR_EQUAL:
                return observed >= low
            case Operator.LESS:
                return observed < low
            case Operator.LESS_OR_EQUAL:
                return observed <= low
            case Operator.BETWEEN:
                return low < observed < high
            case Operator.NOT_BETWEEN:
                return not low < observed < high

    def __str__(self) -> str:
        """As people read it.

        >>> str(Threshold(operator=Operator.LESS, bounds=(10,)))
        '< 10'
        >>> str(Threshold(operator=Operator.BETWEEN, bounds=(600, 1100)))
        'between 600 and 1100, both excluded'
        """
        told = " and ".join(f"{bound:g}" if isinstance(bound, float) else str(bound) for bound in self.bounds)
        return _WORDS[self.operator].format(told)


_WORDS = {
    Operator.BE: "= {}",
    Operator.NOT_BE: "not {}",
    Operator.GREATER: "> {}",
    Operator.GREATER_OR_EQUAL: ">= {}",
    Operator.LESS: "< {}",
    Operator.LESS_OR_EQUAL: "<= {}",
    Operator.BETWEEN: "between {}, both excluded",
    Operator.NOT_BETWEEN: "not between {}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NullValues:
    """Fields that are null or absent."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingValues:
    """Fields that are null, absent, or say by one of the ``tokens`` that they have no value (as JSON scalars)."""

    fields: tuple[str, ...]
    tokens: tuple[str | Number | bool | None, ...] = (None, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvalidValues:
    """Values (nulls apart) that are not of the declared type, not among ``valid``, or do not match ``pattern``."""

    fields: tuple[str, ...]
    valid: tuple[str | Number | bool, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateValues:
    """Rows beyond the first that share the same values in all of the fields."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount:
    """Rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """The arithmetic mean of a number field."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardDeviation:
    """The sample standard deviation of a number field."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Monotonicity:
    """Rows whose value is smaller than the one before it in the same raw partition."""

    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a window is compared with.

    ``seasonal``: the windows ``period`` before, ``lookback`` of them; ``trailing``: the ``lookback`` windows just
    before; ``previous``: the one before; ``static``: ``value``.
    """

    method: str = "previous"
    period: str | None = None
    lookback: int = 1
    min_points: int = 1
    value: Number | None = None


Compared = RowCount | NullValues | MissingValues | InvalidValues | DuplicateValues | Mean
"""What a rate of change may be of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRate:
    """How a measure changed against its baseline: percent of the baseline, or the difference with unit rows."""

    of: Compared
    of_unit: Unit
    baseline: Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The distance of a field's distribution from its reference: ``frozen:<name>`` or ``previous``."""

    field: str
    metric: str = "psi"  # psi, or wasserstein in units of the reference's standard deviation
    bins: int = 10
    reference: str = "previous"
    false_alarm_rate: float = 0.001
    min_effect: float = 0.1
    min_rows: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Referential:
    """Values (nulls apart) that the field of another contract's object holds."""

    field: str
    contract: str
    object: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """One query that returns one number; ``${table}`` is the window's rows, ``${column}`` the field it stands on."""

    query: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Raw records of the window's appended hours that came out neither validated nor as dead letter, or twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A rule in words, or one that another engine runs: never judged here, and said so."""

    engine: str


Measure = (
    NullValues
    | MissingValues
    | InvalidValues
    | DuplicateValues
    | RowCount
    | Mean
    | StandardDeviation
    | Monotonicity
    | ChangeRate
    | Drift
    | Referential
    | Sql
    | Reconciliation
    | Elsewhere
)


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
