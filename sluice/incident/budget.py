"""How much of a contract's error budgets is left, from the newest findings on its rates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sluice.checks.levels.amount import percentage
from sluice.checks.levels.named import check_id, levels_about
from sluice.contract.model import Contract
from sluice.finding.model import Finding

SHOWN_MAX: Final = 3
_HUNDRED: Final = 100.0
_RATES: Final = frozenset({"errorRate", "availability"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spent:
    """``used`` of ``allowed``, both in percent of the records; ``name`` is that of the check."""

    name: str
    used: float
    allowed: float

    @property
    def left(self) -> float:
        return max(0.0, 1 - self.used / self.allowed)

    def __str__(self) -> str:
        left = f"{_HUNDRED * self.left:.0f} % of the error budget left"
        return f"{left} ({self.used:.3g} of {self.allowed:g} percent used)"


def budget_left(contract: Contract, findings: Iterable[Finding]) -> str:
    """Words such as ``40 % of the error budget left (0.3 of 0.5 percent used)``; empty where nothing was measured.

    Each level has a budget of its own; of several the scarcest are told first, by the names of their checks.
    """
    spent = sorted(_spent(contract, findings), key=lambda each: (each.left, each.name))
    if len(spent) == 1:
        return str(spent[0])
    more = f"; and {len(spent) - SHOWN_MAX} more" if len(spent) > SHOWN_MAX else ""
    return "; ".join(f"{each.name}: {each}" for each in spent[:SHOWN_MAX]) + more


def _spent(contract: Contract, findings: Iterable[Finding]) -> Iterator[_Spent]:
    newest: dict[tuple[str, str], Finding] = {}
    for one in findings:
        if one.contract == contract.id and one.kind in _RATES and one.observed is not None:
            known = newest.setdefault((one.object, one.check), one)
            newest[one.object, one.check] = max(known, one, key=lambda each: each.window.end)
    objects = {name for name, _ in newest}
    for (name, check), finding in newest.items():
        share = next(
            (percentage(each) for each in levels_about(contract, name) if check_id(each, contract, name) == check), ""
        )
        if isinstance(share, str) or finding.observed is None:
            continue
        promised = finding.kind == "availability"  # a share that has to be good, the other one that may be bad
        allowed = _HUNDRED - share if promised else share
        used = _HUNDRED - finding.observed if promised else finding.observed
        if allowed > 0:
            yield _Spent(name=f"{name}.{check}" if len(objects) > 1 else check, used=used, allowed=allowed)
