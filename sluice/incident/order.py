"""Root first: what explains the rest of a contract's breaches stands on top of them."""

from collections.abc import Iterable
from typing import Final

from sluice.incident.key import Aspect
from sluice.incident.told import Told

PLATFORM: Final = "platform"

_RANKS: Final[tuple[frozenset[str], ...]] = (
    frozenset({PLATFORM}),
    frozenset({"latency", "frequency", "freshness", "timeOfAvailability", "availability", "retention"}),
    frozenset({"reconciliation", "ledger", "staging", "errorRate"}),
    frozenset({"rowCount", "duplicateValues", "monotonicity"}),
    frozenset({"nullValues", "missingValues", "invalidValues", "referential", "sql"}),
    frozenset({"changeRate", "mean", "standardDeviation"}),
    frozenset({"drift", "watch"}),
)
_SEVERITIES: Final = ("error", "warning", "info")


def rank(kind: str) -> int:
    """0 is the root of all others; a kind that the table does not know stands with the values."""
    return next((at for at, kinds in enumerate(_RANKS) if kind in kinds), 4)


def root_first(told: Iterable[Told]) -> tuple[Told, ...]:
    """Open before over; then by rank, what holds a period, severity, and name."""
    return tuple(sorted(told, key=_place))


def _place(told: Told) -> tuple[bool, bool, int, bool, int, str, str, str]:
    last = told.last
    kind, severity = (last.kind, last.severity.value) if last else ("", "info")
    return (
        not told.is_open,
        told.key.aspect is Aspect.FAILURE,
        rank(kind),
        not told.held,
        _SEVERITIES.index(severity),
        told.key.object,
        told.key.check,
        repr(told.key.segment),
    )
