"""What a quality rule on many records may measure: one type for each thing."""

from dataclasses import dataclass

from sluice.contract.threshold import Number, Unit


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
    """One query that returns one number; ``${table}`` is the period's rows, ``${column}`` the field it stands on."""

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
