"""Alerting rules for Prometheus: how fast the error budget of a contract burns, by the metrics of the validation job.

The pairs of windows and factors are those of the SRE workbook, chapter 5: a long window says that it matters, a
short one that it still goes on. The daily job judges the budget itself; these rules tell within minutes.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from sluice.checks.levels.amount import percentage
from sluice.checks.levels.named import check_id, levels_about
from sluice.contract.model import Contract, SchemaObject, ServiceLevel
from sluice.finding.model import Severity

PAGE: Final = "page"
TICKET: Final = "ticket"

BAD_LEAST: Final = 10
"""Fewer bad records in the long window alert nobody: one of 69 would already burn 14.4 times half a per mille."""

DOWN_LEAST: Final = 3
"""Fewer moments without a judge (one is an evaluation of the rules) alert nobody: a scrape may fail."""

ALMOST_ALL: Final = 0.99
"""Where a factor of the budget is above this share no stream could ever burn so fast: it alerts when all is bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """``factor`` times the pace that spends exactly the budget within its 30 days."""

    factor: float
    long: str
    short: str
    severity: str


BURNS: Final = (
    Burn(factor=14.4, long="1h", short="5m", severity=PAGE),
    Burn(factor=6, long="6h", short="30m", severity=PAGE),
    Burn(factor=1, long="3d", short="6h", severity=TICKET),
)
WINDOWS: Final = ("5m", "30m", "1h", "6h", "3d")


def rules_text(contracts: Iterable[Contract]) -> str:
    """The rules of every contract as a file for Prometheus: one group for each object that has a budget."""
    groups = [
        group for contract in contracts for described in contract.objects for group in _groups(contract, described)
    ]
    return _HEAD + yaml.safe_dump({"groups": groups}, sort_keys=False, allow_unicode=True, width=1_000)


def _groups(contract: Contract, described: SchemaObject) -> Iterable[dict[str, Any]]:
    if described.stream is None:
        return
    records: dict[str, dict[str, Any]] = {}  # the same for every level of a property
    alerts: list[dict[str, Any]] = []
    about = _About(contract=contract, object=described.name, topic=described.stream.raw)
    for level in levels_about(contract, described.name):
        share = percentage(level)
        if isinstance(share, str) or level.property not in _MAKERS:
            continue
        for rule in _MAKERS[level.property](about, level, share):
            if "record" in rule:
                records[rule["record"]] = rule
            else:
                alerts.append(rule)
    if alerts:
        yield {"name": f"sluice.{contract.id}.{described.name}", "rules": [*records.values(), *alerts]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    contract: Contract
    object: str
    topic: str

    @property
    def labels(self) -> dict[str, str]:
        return {"contract": self.contract.id, "object": self.object}

    @property
    def selector(self) -> str:
        """The recorded series of this object."""
        return "{" + ",".join(f"{name}={json.dumps(value)}" for name, value in self.labels.items()) + "}"

    @property
    def records(self) -> str:
        """The counters of its raw topic."""
        return "{topic=" + json.dumps(self.topic) + "}"


def _error_rate(about: _About, level: ServiceLevel, percent: float) -> Iterable[dict[str, Any]]:
    """What is neither valid nor control is bad: the series of a new error code begin where nothing could grow."""
    for window in WINDOWS:
        judged, valid, control = (
            f"sum(increase(sluice_records_{name}_total{about.records}[{window}]))"
            for name in ("judged", "valid", "control")
        )
        yield _record(about, f"sluice:records:{window}", f"{judged} - ({control} or vector(0))")
        yield _record(
            about, f"sluice:records_bad:{window}", f"clamp_min({judged} - {valid} - ({control} or vector(0)), 0)"
        )
    for severity, burns in _asked(level).items():
        burning = [_records_burn(about, burn, percent / 100) for burn in burns]
        yield _alert(about, "SluiceErrorBudgetBurns", severity, burning, level, _DEAD_LETTERS)


def _records_burn(about: _About, burn: Burn, share: float) -> str:
    limit = f"{min(burn.factor * share, ALMOST_ALL):.10g}"
    at = about.selector
    long, short = (
        f"sluice:records_bad:{window}{at} / sluice:records:{window}{at} > {limit}" for window in (burn.long, burn.short)
    )
    return f"({long} and {short} and sluice:records_bad:{burn.long}{at} >= {BAD_LEAST})"


def _availability(about: _About, level: ServiceLevel, percent: float) -> Iterable[dict[str, Any]]:
    """A moment counts as available at which some judge of the raw topic shows the version that it judges by."""
    info = f"count(sluice_contract_info{about.records})"
    yield _record(about, "sluice:judging", f"({info} > bool 0) or vector(0)")
    for severity, burns in _asked(level).items():
        burning = [_moments_burn(about, burn, 1 - percent / 100) for burn in burns]
        yield _alert(about, "SluiceAvailabilityBudgetBurns", severity, burning, level, _NOBODY_JUDGES)


def _moments_burn(about: _About, burn: Burn, share: float) -> str:
    limit = f"{min(burn.factor * share, ALMOST_ALL):.10g}"
    at = f"sluice:judging{about.selector}"
    long, short = (f"1 - avg_over_time({at}[{window}]) > {limit}" for window in (burn.long, burn.short))
    down = f"count_over_time({at}[{burn.long}]) - sum_over_time({at}[{burn.long}]) >= {DOWN_LEAST}"
    return f"({long} and {short} and {down})"


def _asked(level: ServiceLevel) -> dict[str, Sequence[Burn]]:
    """The rates that page and those that make a ticket: where the breach is no error, nobody is woken by any."""
    if level.severity is not Severity.ERROR:
        return {TICKET: BURNS}
    return {severity: [burn for burn in BURNS if burn.severity == severity] for severity in (PAGE, TICKET)}


def _record(about: _About, name: str, expression: str) -> dict[str, Any]:
    return {"record": name, "expr": expression, "labels": about.labels}


def _alert(  # noqa: PLR0913, PLR0917 - one argument for each part of an alert
    about: _About, name: str, severity: str, burning: Sequence[str], level: ServiceLevel, words: str
) -> dict[str, Any]:
    contract = about.contract
    promise = f"{level.property} {level.value} {level.unit or 'percent'}"
    annotations = {
        "summary": f"{contract.id} {about.object}: {words} for {promise}",
        "description": f"The service level {level.property} of contract {contract.id} {contract.version}"
        " would not hold over 30 days at this pace.",
    }
    if contract.runbook:
        annotations["runbook_url"] = contract.runbook
    return {
        "alert": name,
        "expr": " or ".join(burning),
        "labels": {"severity": severity, "check": check_id(level, contract, about.object)},
        "annotations": annotations,
    }


_DEAD_LETTERS: Final = "too many dead letters"
_NOBODY_JUDGES: Final = "nobody judges its records"
_MAKERS: Final = {"errorRate": _error_rate, "availability": _availability}
_HEAD: Final = "# Generated by sluice from the contracts; changes belong there.\n"
