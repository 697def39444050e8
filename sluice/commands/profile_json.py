"""Profiles for machines."""

from datetime import datetime
from math import isfinite
from typing import Any, Final

from sluice.profile.change import Change, ColumnChange, distinct_of
from sluice.profile.model import ColumnProfile, Profile
from sluice.profile.sketch import RANK_ERROR, quantiles_at

RANKS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


def document(files: tuple[str, ...], profile: Profile, notes: list[str]) -> dict[str, Any]:
    """One group of files as one JSON document."""
    return {
        "files": list(files),
        "rows": profile.rows,
        "notes": notes,
        "rankError": RANK_ERROR,
        "columns": [_column(name, column) for name, column in profile.columns.items()],
    }


def change_document(change: Change, before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Two groups, and what changed between them."""
    return {"before": before, "now": now, "changes": [_change(each) for each in change.columns]}


def _column(name: str, column: ColumnProfile) -> dict[str, Any]:
    distinct = distinct_of(column)
    numbers = column.numbers
    return {
        "name": name,
        "rows": column.rows,
        "nulls": column.nulls,
        "absent": column.absent,
        "unfit": column.unfit,
        "missing": [{"token": token, "count": count} for token, count in column.missing.items()],
        "classified": column.classified,
        "distinct": distinct and {"estimate": round(distinct.value), "low": distinct.low, "high": distinct.high},
        "numbers": numbers
        and {
            "count": numbers.count,
            "notFinite": numbers.not_finite,
            "minimum": numbers.minimum,
            "maximum": numbers.maximum,
            "mean": _finite(column.mean),
            "deviation": _finite(column.deviation),
        },
        "quantiles": [
            {"rank": rank, "value": value}
            for rank, value in zip(RANKS, quantiles_at(column.quantiles, RANKS), strict=False)
        ],
        "lengths": column.lengths and {"minimum": column.lengths.minimum, "maximum": column.lengths.maximum},
        "span": column.span and {"first": _instant(column.span.first), "last": _instant(column.span.last)},
    }


def _change(change: ColumnChange) -> dict[str, Any]:
    return {
        "name": change.name,
        "in": "both" if change.before and change.now else "now" if change.now else "before",
        "psi": change.psi,
        "psiByChance": change.noise,
        "moved": change.moved,
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and isfinite(number) else None


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
