"""What nobody asks any more: incidents of rules, objects and contracts that are gone, told as such and ended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sluice.checks.levels.table import LEVELS
from sluice.contract.model import Contract
from sluice.finding.model import Finding
from sluice.finding.run import Reach, Run
from sluice.incident.decide import Decision, Step
from sluice.incident.order import PLATFORM
from sluice.incident.told import State, Told

OURS: Final = frozenset({"ledger", "promotion"})  # no contract asks for them, and a run may go without
SILENT: Final = timedelta(days=7)
_TOLD_AGAIN: Final = frozenset(name for name, level in LEVELS.items() if level.of_published)

Gone = Callable[[Told], str]
"""Why what an incident is about is there no more; empty where it is, or where nobody can tell."""


def nothing_gone(told: Told) -> str:
    """For a part of a run."""
    del told
    return ""


def retire(told: Told, why: str, now: datetime) -> Decision:
    """End an incident that nobody will ever resolve otherwise; it opens anew where its check is breached again."""
    over = replace(told, state=State.RESOLVED, resolved_at=now, held=(), ended_why=why)
    return Decision(step=Step.RETIRED, reason=why, told=over)


def unspoken(run: Run, contracts: Mapping[str, Contract], now: datetime) -> Gone:
    """What a run says is gone by not speaking of it: nothing where it failed, or did not get to it.

    Of each object the findings of the contract's own version count; the rules of periods only where one was judged.
    A period that is held keeps its incident while somebody can still publish it. Nobody is sure that a contract is gone
    before it was silent for a week: others may run from another folder of contracts.
    """
    if run.reach is Reach.PART:
        return nothing_gone
    spoken = _spoken(run, contracts)
    judged = {name for name, _ in spoken}

    def gone(told: Told) -> str:
        contract = contracts.get(told.key.contract)
        if told.key.contract == PLATFORM:
            return ""
        if contract is None:
            silent = max((seen.end for seen in told.recent), default=now) < now - SILENT
            return "the contract is gone" if run.reach is Reach.ESTATE and silent else ""
        if told.key.contract not in judged:
            return ""
        if not any(one.name == told.key.object and one.stream for one in contract.objects):
            return "the contract streams no such object any more"
        heard = spoken.get((told.key.contract, told.key.object))
        return "" if heard is None or told.held else _unasked(told, contract, heard)

    return gone


@dataclass(slots=True)
class _Spoken:
    """The checks that a run spoke of, and whether it judged a period at all.

    A period that waits to be published is told of by each run until it is: that alone is no judging of its rules.
    """

    checks: set[str] = field(default_factory=set)
    periods: bool = False

    def hear(self, finding: Finding) -> None:
        self.checks.add(finding.check)
        self.periods = self.periods or (finding.period is not None and finding.kind not in _TOLD_AGAIN)


def _spoken(run: Run, contracts: Mapping[str, Contract]) -> dict[tuple[str, str], _Spoken]:
    """What the run spoke of, by contract and object."""
    spoken: dict[tuple[str, str], _Spoken] = {}
    for one in run.findings:
        contract = contracts.get(one.contract)
        if contract is not None and contract.version == one.version:
            spoken.setdefault((one.contract, one.object), _Spoken()).hear(one)
    for done in run.actions:
        if (done.contract, done.object) in spoken:
            spoken[done.contract, done.object].periods = True
    return spoken


def _unasked(told: Told, contract: Contract, heard: _Spoken) -> str:
    if told.key.check in OURS or told.last is None:
        return ""
    if told.key.check not in heard.checks:
        return "the contract asks for it no more" if heard.periods or told.last.period is None else ""
    rules = (rule for one in contract.objects if one.name == told.key.object for rule in one.quality)
    parted = next((rule.segment_by for rule in rules if rule.id == told.key.check), None)
    by = tuple(name for name, _ in told.key.segment)
    return "the contract parts the rule in another way now" if by and parted is not None and by != parted else ""
