"""Measures: what a rule counts, from the profiles of some rows to numbers. A measure never knows its threshold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sluice.checks.gather import Rows
from sluice.contract.measures import (
    DuplicateValues,
    InvalidValues,
    Mean,
    Measure,
    MissingValues,
    Monotonicity,
    NullValues,
    RowCount,
    StandardDeviation,
)
from sluice.contract.threshold import Unit
from sluice.profile.merge import merge_columns
from sluice.profile.model import ColumnProfile

HUNDRED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number of one field (or of the whole rows), resting on ``n`` rows."""

    value: float
    n: int
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """Why there is no number: nothing to measure, or (``ours``) something that should be there and is not."""

    reason: str
    ours: bool = False


Answer = tuple[Measured, ...] | Unmeasured
Measurer = Callable[[Any, str, Unit, Rows], Answer]


def measure(asked: Measure, rule_id: str, unit: Unit, rows: Rows) -> Answer:
    """The numbers that a rule judges, one for each of its fields."""
    return MEASURES[type(asked)](asked, rule_id, unit, rows)


def additive(asked: Measure, unit: Unit) -> bool:
    """Whether the number grows with the rows, so that a window with periods missing cannot be judged by it."""
    return isinstance(asked, RowCount) or (unit is Unit.ROWS and type(asked) in _COUNTS)


def _row_count(_asked: RowCount, _rule_id: str, _unit: Unit, rows: Rows) -> Answer:
    return (Measured(value=rows.count, n=rows.count),)


def _null_values(asked: NullValues, _rule_id: str, unit: Unit, rows: Rows) -> Answer:
    return _each_field(asked.fields, rows, lambda column: (column.null_or_absent, column.rows), unit)


def _missing_values(asked: MissingValues, rule_id: str, unit: Unit, rows: Rows) -> Answer:
    return _counted(asked.fields, rule_id, unit, rows)


def _invalid_values(asked: InvalidValues, rule_id: str, unit: Unit, rows: Rows) -> Answer:
    return _counted(asked.fields, rule_id, unit, rows)


def _counted(fields: tuple[str, ...], rule_id: str, unit: Unit, rows: Rows) -> Answer:
    told = [profile for profile in rows.profiles if profile.rows]
    if any(rule_id not in profile.counted for profile in told):
        return Unmeasured(reason="some rows were profiled before the rule was there: stage the period again", ours=True)
    cells = rows.count * max(len(fields), 1)
    return _share(sum(profile.counted[rule_id] for profile in told), cells, unit, ",".join(fields))


def _duplicate_values(asked: DuplicateValues, rule_id: str, unit: Unit, rows: Rows) -> Answer:
    if rows.key.segment:
        return Unmeasured(reason="duplicates are counted over all rows, not by segment")
    told = [part.duplicates.get(asked.fields) for part in rows.parts if part.total.rows]
    found = [each for each in told if each is not None]
    if len(found) < len(told):
        return Unmeasured(reason=rows.failed(rule_id) or "the duplicates of some periods were not counted", ours=True)
    return _share(sum(each.duplicated for each in found), sum(each.rows for each in found), unit)


def _mean(asked: Mean, _rule_id: str, _unit: Unit, rows: Rows) -> Answer:
    return _moment(asked.field, rows, lambda column: column.mean)


def _deviation(asked: StandardDeviation, _rule_id: str, _unit: Unit, rows: Rows) -> Answer:
    return _moment(asked.field, rows, lambda column: column.deviation)


def _monotonicity(asked: Monotonicity, _rule_id: str, unit: Unit, rows: Rows) -> Answer:
    columns = rows.columns(asked.field)
    orders = [column.order for column in columns if column.order is not None]
    if rows.count and not orders:
        return Unmeasured(reason=f"the order of {asked.field} was not kept when the rows were profiled", ours=True)
    order = merge_columns(columns).order if columns else None
    return _share(order.falls if order else 0, order.compared if order else 0, unit, asked.field)


def _moment(field: str, rows: Rows, read: Callable[[ColumnProfile], float | None]) -> Answer:
    columns = [column for column in rows.columns(field) if column.numbers is not None]
    merged = merge_columns(columns) if columns else ColumnProfile()
    value = read(merged)
    if value is None or merged.numbers is None:
        return Unmeasured(reason=f"too few numbers in {field}")
    return (Measured(value=value, n=merged.numbers.count, field=field),)


def _each_field(
    fields: Iterable[str], rows: Rows, read: Callable[[ColumnProfile], tuple[int, int]], unit: Unit
) -> Answer:
    found: list[Measured] = []
    for field in fields:
        columns = rows.columns(field)
        if rows.count and not columns:
            return Unmeasured(reason=f"the profiles do not hold {field}", ours=True)
        pairs = [read(column) for column in columns]
        share = _share(sum(bad for bad, _ in pairs), sum(of for _, of in pairs), unit, field)
        if isinstance(share, Unmeasured):
            return share
        found.extend(share)
    return tuple(found)


def _share(bad: int, of: int, unit: Unit, field: str = "") -> Answer:
    if unit is Unit.PERCENT:
        if not of:
            return Unmeasured(reason="no rows")
        return (Measured(value=HUNDRED * bad / of, n=of, field=field),)
    return (Measured(value=bad, n=of, field=field),)


MEASURES: Final[dict[type, Measurer]] = {
    RowCount: _row_count,
    NullValues: _null_values,
    MissingValues: _missing_values,
    InvalidValues: _invalid_values,
    DuplicateValues: _duplicate_values,
    Mean: _mean,
    StandardDeviation: _deviation,
    Monotonicity: _monotonicity,
}
_COUNTS: Final = frozenset({NullValues, MissingValues, InvalidValues, DuplicateValues, Monotonicity})
