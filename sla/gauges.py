"""Where objects stand, as gauges for Prometheus: labels are names out of contracts, never values of records.

A one-shot job has nothing to scrape: the gauges are written as one file for node_exporter's textfile collector. The
file tells of every object whose state the lake holds, so that jobs for one contract each may share it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest, write_to_textfile

from sla.overview import Overview
from sla.verdicts import Verdict
from sluice.finding.model import Outcome
from sluice.terminal import Fault

CHECKS_MAX: Final = 500
"""Checks of one object that are exported; how many were left out is a gauge of its own."""

OF_OBJECT: Final = ("contract", "object")
HELP: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "sluice_sla_last_success_timestamp_seconds": ("When the last `sluice sla run` of the object ended well.", ()),
    "sluice_sla_period_passed": ("1 where the newest judged period passed, 0 where it is held.", ()),
    "sluice_sla_period_end_timestamp_seconds": ("The end of the newest judged period.", ()),
    "sluice_sla_periods": ("Periods by where they stand for readers of the published table.", ("standing",)),
    "sluice_sla_findings": ("Findings of the newest judging by check, over all segments.", ("check", "outcome")),
    "sluice_sla_checks_left_out": ("Checks that are not exported, since there are too many.", ()),
    "sluice_sla_error_budget_left_ratio": ("1: all of the budget is left, 0: nothing, below 0: overspent.", ("check",)),
    "sluice_sla_staging_troubles": ("Files and rows that staging could not take, since the beginning.", ()),
    "sluice_sla_staged_rows": ("Typed rows that are kept.", ()),
    "sluice_sla_staged_bytes": ("Bytes of typed files that are kept.", ()),
    "sluice_sla_staging_read_bytes": ("Landed bytes that staging has read, since the beginning.", ()),
    "sluice_sla_staging_cpu_seconds": ("CPU-seconds that staging took, since the beginning.", ()),
}  # fmt: skip


def text(overviews: Iterable[Overview]) -> str:
    """The gauges in Prometheus's text format."""
    return generate_latest(_registry(overviews)).decode()


def write(path: Path, overviews: Iterable[Overview]) -> None:
    """Replace the file as a whole: a scrape sees all of the old or all of the new. Fault where it cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), _registry(overviews))
    except OSError as error:
        raise Fault(f"the metrics file {path} cannot be written: {error.strerror}") from None


def _registry(overviews: Iterable[Overview]) -> CollectorRegistry:
    registry = CollectorRegistry()
    gauges = {name: Gauge(name, told, (*OF_OBJECT, *more), registry=registry) for name, (told, more) in HELP.items()}
    for each in overviews:
        names = (each.subject.contract.id, each.subject.described.name)
        for name, labels, value in _points(each):
            gauges[name].labels(*names, *labels).set(value)
    return registry


def _points(each: Overview) -> Iterable[tuple[str, tuple[str, ...], float]]:
    if each.ran is not None:
        yield "sluice_sla_last_success_timestamp_seconds", (), each.ran.at.timestamp()
    if each.newest is not None and each.revision is not None:
        yield "sluice_sla_period_passed", (), float(each.revision.verdict is Verdict.PASSED)
        end = each.subject.grid.period(each.newest.label).end
        yield "sluice_sla_period_end_timestamp_seconds", (), end.timestamp()
    for standing, count in each.standings.items():
        yield "sluice_sla_periods", (standing.value,), count
    for check, counts in list(each.checks.items())[:CHECKS_MAX]:
        for outcome in Outcome:
            yield "sluice_sla_findings", (check, outcome.value), counts[outcome]
    yield "sluice_sla_checks_left_out", (), max(len(each.checks) - CHECKS_MAX, 0)
    for budget in each.budgets:
        if budget.left is not None:
            yield "sluice_sla_error_budget_left_ratio", (budget.check,), budget.left
    yield "sluice_sla_staging_troubles", (), each.troubles
    yield "sluice_sla_staged_rows", (), each.rows
    yield "sluice_sla_staged_bytes", (), each.staged_bytes
    yield "sluice_sla_staging_read_bytes", (), each.landed_bytes
    yield "sluice_sla_staging_cpu_seconds", (), each.cpu_seconds
