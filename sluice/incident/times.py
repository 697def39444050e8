"""How long it took to detect, to notify and to repair, beside what the contract promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sluice.contract.model import Contract

_SECONDS: Final = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WORDS: Final = {"second": "s", "minute": "m", "hour": "h", "day": "d", "week": "w", "millisecond": "ms"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One incident from the moment it could be known to its end; what has not happened is None (UTC)."""

    ready_at: datetime | None
    opened_at: datetime
    notified_at: datetime | None = None
    repaired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One property as measured: seconds; ``limit`` None is a contract that promises nothing, ``met`` None unknown."""

    contract: str
    property: str
    n: int
    median: float | None
    longest: float | None
    limit: float | None
    met: bool | None


def measure(contract_id: str, contract: Contract | None, lives: Iterable[Life]) -> tuple[Promise, ...]:
    """The three properties: ready to opened, opened to the first receipt of a channel, opened to the end."""
    listed = list(lives)
    spans = {
        "timeToDetect": [_seconds(one.ready_at, one.opened_at) for one in listed],
        "timeToNotify": [_seconds(one.opened_at, one.notified_at) for one in listed],
        "timeToRepair": [_seconds(one.opened_at, one.repaired_at) for one in listed],
    }
    return tuple(
        _promise(contract_id, name, sorted(one for one in seconds if one is not None), _limit(contract, name))
        for name, seconds in spans.items()
    )


def _promise(contract_id: str, name: str, seconds: list[float], limit: float | None) -> Promise:
    longest = seconds[-1] if seconds else None
    return Promise(
        contract=contract_id,
        property=name,
        n=len(seconds),
        median=seconds[len(seconds) // 2] if seconds else None,
        longest=longest,
        limit=limit,
        met=None if limit is None or longest is None else longest <= limit,
    )


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else max(0.0, (end - start).total_seconds())


def _limit(contract: Contract | None, name: str) -> float | None:
    """The contract's value in seconds; None where it has none, or one in a unit of no fixed length."""
    level = next((one for one in contract.service_levels if one.property == name), None) if contract else None
    if level is None or isinstance(level.value, bool):
        return None
    unit = level.unit.lower()
    factor = _SECONDS.get(_WORDS.get(unit.rstrip("s"), unit))
    try:
        return float(level.value) * factor if factor else None
    except ValueError:
        return None
