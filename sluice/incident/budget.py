"""How much of a contract's error budget is left, from the newest findings on its rates."""

from collections.abc import Iterable
from typing import Final

from sluice.contract.model import Contract, ServiceLevel
from sluice.finding.model import Finding

_PERCENT: Final = 100.0


def budget_left(contract: Contract, findings: Iterable[Finding]) -> str:
    """Words such as ``40 % of the error budget left (0.3 of 0.5 percent used)``; empty where nothing was measured."""
    rates = [one for one in findings if one.contract == contract.id and one.kind in ("errorRate", "availability")]
    newest = max((one for one in rates if one.observed is not None), key=lambda one: one.window.end, default=None)
    if newest is None or newest.observed is None:
        return ""
    limits = [level for level in contract.service_levels if level.property == newest.kind]
    limit = next((_number(level.value) for level in limits if _covers(level, newest.object)), None)
    if limit is None:
        return ""
    allowed = limit if newest.kind == "errorRate" else _PERCENT - limit
    used = newest.observed if newest.kind == "errorRate" else _PERCENT - newest.observed
    if allowed <= 0:
        return ""
    left = max(0.0, 1 - used / allowed) * _PERCENT
    return f"{left:.0f} % of the error budget left ({used:.3g} of {allowed:g} percent used)"


def _covers(level: ServiceLevel, object_name: str) -> bool:
    return not level.elements or any(element.partition(".")[0] == object_name for element in level.elements)


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(str(value))
    except ValueError:
        return None
