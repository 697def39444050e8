"""What a run came to, for people and for machines."""

from collections import Counter
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sla.judging.bench import Judged
from sla.run import Outcome
from sla.verdicts import Standing
from sluice.finding.model import Finding, Segment
from sluice.finding.model import Outcome as Found

COLOURS: Final = {
    Standing.PROMOTED: "green",
    Standing.HELD: "bold red",
    Standing.STALE: "bold yellow",
    Standing.ROLLED_BACK: "yellow",
    Standing.OPEN: "dim",
}
BREACHES_SHOWN: Final = 30
REASONS_SHOWN: Final = 5


def show(outcomes: tuple[Outcome, ...], told: dict[str, Any], console: Console) -> None:
    """A table of the periods that were judged, then what was breached, then what could not be judged."""
    for outcome in outcomes:
        _show_one(outcome, console)
    console.print(f"[dim]findings[/] {escape(told['findings'])}")
    if alerts := told.get("alerts"):
        console.print(
            f"[dim]alerts[/] {alerts['opened']} opened, {alerts['repeated']} repeated, {alerts['resolved']} resolved, "
            f"{alerts['sent']} sent, {alerts['waiting']} waiting"
        )
        for route in alerts["unrouted"]:
            console.print(f"[yellow]not told[/] {escape(route)}")


def _show_one(outcome: Outcome, console: Console) -> None:
    staging = outcome.staging
    console.print(
        f"[bold]{escape(outcome.subject.name)}[/] {outcome.subject.contract.version}: "
        f"{staging.rows:,} records landed in {len(staging.files):,} files, "
        f"{sum(each.rows for each in staging.staged):,} rows staged"
    )
    if outcome.judged:
        console.print(_periods(outcome))
    breached = [finding for finding in outcome.findings if finding.outcome in {Found.BREACHED, Found.FAILED}]
    if breached:
        console.print(_breaches(breached[:BREACHES_SHOWN]))
    if len(breached) > BREACHES_SHOWN:
        console.print(f"[dim]and {len(breached) - BREACHES_SHOWN} more: --json tells them all[/]")
    skipped = Counter(finding.reason for finding in outcome.findings if finding.outcome is Found.SKIPPED)
    for reason, count in skipped.most_common(REASONS_SHOWN):
        console.print(f"[dim]not judged ({count}): {escape(reason)}[/]")
    if others := skipped.total() - sum(count for _, count in skipped.most_common(REASONS_SHOWN)):
        console.print(f"[dim]not judged ({others}) for other reasons: --json tells them all[/]")
    for trouble in staging.troubles:
        rows = f" ({trouble.rows} rows)" if trouble.rows else ""
        console.print(f"[yellow]{trouble.kind}[/] {escape(trouble.path)}{rows} {escape(trouble.detail)}")


def _periods(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("period", "rev.", "rows", "stands", "why"):
        table.add_column(heading, justify="right" if heading in {"rev.", "rows"} else "left")
    for each in outcome.judged:
        rows = sum(file.rows for file in outcome.staging.of(each.period.label))
        standing = each.memory.standing
        why = why_of(each)
        table.add_row(
            each.period.label,
            str(each.revision.number),
            f"{rows:,}",
            f"[{COLOURS[standing]}]{standing.value}[/]",
            escape(why),
        )
    return table


def why_of(judged: Judged) -> str:
    """Why it stands as it does."""
    if judged.waits:
        return f"waits for the ledger: {'; '.join(judged.waits)}"
    return judged.memory.why


def _breaches(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    pointing = ("points at",) if any(each.attributed for each in findings) else ()
    for heading in ("breached", "period", "segment", "expected", "observed", "of", *pointing):
        table.add_column(heading, justify="right" if heading in {"observed", "of"} else "left", overflow="fold")
    for each in findings:
        observed = "" if each.observed is None else f"{each.observed:,.4g} {each.unit}".strip()
        colour = "red" if each.holds_period else "yellow"
        cells = (
            f"[{colour}]{escape(each.check)}[/]",
            each.period or "now",
            escape(segment_text(each.segment)),
            escape(each.expected),
            escape(observed or each.reason),
            f"{each.n:,}" if each.n is not None else "",
            escape(each.attributed),
        )
        table.add_row(*cells[: len(table.columns)])
    return table


def segment_text(segment: Segment) -> str:
    """``carrier=AA``; a null is told apart from the text.

    >>> segment_text((("carrier", "AA"), ("dest", None)))
    'carrier=AA, dest is null'
    """
    return ", ".join(f"{name} is null" if value is None else f"{name}={value}" for name, value in segment)


def as_json(outcomes: tuple[Outcome, ...], told: dict[str, Any]) -> dict[str, Any]:
    """The same as one JSON document."""
    return {"contracts": [_one_as_json(outcome) for outcome in outcomes], **told}


def _one_as_json(outcome: Outcome) -> dict[str, Any]:
    staging = outcome.staging
    return {
        "contract": outcome.subject.contract.id,
        "object": outcome.subject.described.name,
        "version": outcome.subject.contract.version,
        "records": staging.rows,
        "rows": sum(each.rows for each in staging.staged),
        "bytes": staging.bytes,
        "cpu_seconds": round(staging.cpu_seconds, 3),
        "periods": [
            {
                "period": each.period.label,
                "revision": each.revision.number,
                "verdict": each.revision.verdict.value,
                "standing": each.memory.standing.value,
                "why": why_of(each),
            }
            for each in outcome.judged
        ],
        "findings": [finding for finding in outcome.findings if finding.outcome is not Found.HOLDS],
        "holds": sum(finding.outcome is Found.HOLDS for finding in outcome.findings),
        "troubles": list(staging.troubles),
    }
