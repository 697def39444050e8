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
    """One incident from the moment it could be known to its end; what has not happened is None (UTC).

    ``age`` is how many seconds ago it opened, while it is open: its time to repair is that at least.
    """

    ready_at: datetime | None
    opened_at: datetime
    notified_at: datetime | None = None
    repaired_at: datetime | None = None
    age: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One property as measured: seconds; ``limit`` None is a contract that promises nothing, ``met`` None unknown.

    ``n``, ``median`` and ``longest`` are of those that came to it; ``still`` counts the open ones that have not yet,
    ``still_longest`` is the age of the oldest: it breaks a promise before it is over.
    """

    contract: str
    property: str
    n: int
    median: float | None
    longest: float | None
    still: int
    still_longest: float | None
    limit: float | None
    met: bool | None


def measure(contract_id: str, contract: Contract | None, lives: Iterable[Life]) -> tuple[Promise, ...]:
    """The three properties: ready to opened, opened to the first receipt of a channel, opened to the end."""
    listed = list(lives)
    detect = [_seconds(one.ready_at, one.opened_at) for one in listed]
    notify = [_seconds(one.opened_at, one.notified_at) for one in listed]
    repair = [_seconds(one.opened_at, one.repaired_at) for one in listed]
    untold = [one.age for one in listed if one.notified_at is None]
    unrepaired = [one.age for one in listed if one.repaired_at is None]
    return tuple(
        _promise(contract_id, name, _known(seconds), _known(still), _limit(contract, name))
        for name, seconds, still in (
            ("timeToDetect", detect, []),
            ("timeToNotify", notify, untold),
            ("timeToRepair", repair, unrepaired),
        )
    )


def _promise(contract_id: str, name: str, seconds: list[float], still: list[float], limit: float | None) -> Promise:
    longest, still_longest = (each[-1] if each else None for each in (seconds, still))
    return Promise(
        contract=contract_id,
        property=name,
        n=len(seconds),
        median=seconds[len(seconds) // 2] if seconds else None,
        longest=longest,
        still=len(still),
        still_longest=still_longest,
        limit=limit,
        met=_met(longest, still_longest, limit),
    )


def _met(longest: float | None, still_longest: float | None, limit: float | None) -> bool | None:
    if limit is None or (longest is None and still_longest is None):
        return None
    if max(longest or 0, still_longest or 0) > limit:
        return False
    return None if longest is None else True


def _known(seconds: Iterable[float | None]) -> list[float]:
    return sorted(one for one in seconds if one is not None)


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
