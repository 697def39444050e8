"""Where contracts stand, for people and for machines."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sla.commands.run_view import COLOURS, segment_text
from sla.overview import Breach, Overview
from sla.verdicts import Standing, Verdict
from sluice.checks.levels.amount import told

SHOWN: Final = 10
LOW: Final = 0.25
KILO: Final = 1024
UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
STANDING: Final = ("contract", "verdict", "newest", "periods", "budget left")
STAGING: Final = ("contract", "last run", "rows staged", "bytes", "CPU-s")
COLUMNS: Final = (Standing.PROMOTED, Standing.HELD, Standing.STALE, Standing.ROLLED_BACK, Standing.OPEN)


def show(found: tuple[Overview, ...], now: datetime, root: str, console: Console) -> None:
    """A row a contract, then what was breached last, then the periods that readers do not see."""
    if not found:
        console.print("no contract streams anything yet; `sluice init` makes one")
        return
    console.print(_contracts(found))
    console.print(_costs(found, now))
    waiting = [each.subject.name for each in found if not each.landed]
    if waiting:
        console.print(
            f"[dim]nothing of {escape(', '.join(waiting))} was staged from {escape(root)} yet: "
            "`sluice submit land` lands, `sluice sla run` stages and judges[/]"
        )
    _lists(found, console)


def _contracts(found: Iterable[Overview]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in STANDING:
        table.add_column(heading, overflow="fold", no_wrap=heading == "newest")
    for each in found:
        production = "" if each.subject.contract.production_use else " [dim](not for production)[/]"
        table.add_row(
            f"{escape(each.subject.name)} {escape(each.subject.contract.version)}{production}",
            _verdict(each),
            each.newest.label if each.newest else "",
            ", ".join(_count(standing, each.standings[standing]) for standing in COLUMNS if each.standings[standing]),
            _budget(each),
        )
    return table


def _costs(found: Iterable[Overview], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in STAGING:
        table.add_column(heading, overflow="fold", justify="right" if heading in STAGING[2:] else "left")
    for each in found:
        table.add_row(
            escape(each.subject.name),
            f"{told(now - each.ran.at)} ago" if each.ran else "[dim]never[/]",
            *((f"{each.rows:,}", size(each.staged_bytes), f"{each.cpu_seconds:,.1f}") if each.landed else ()),
        )
    return table


def _verdict(each: Overview) -> str:
    if each.revision is None:
        return "[dim]not judged[/]" if each.landed else "[dim]nothing landed[/]"
    colour = "green" if each.revision.verdict is Verdict.PASSED else "bold red"
    return f"[{colour}]{each.revision.verdict.value}[/]"


def _count(standing: Standing, count: int) -> str:
    return f"[{COLOURS[standing]}]{count} {standing.value}[/]"


def _budget(each: Overview) -> str:
    """The least that is left of any."""
    left = min((budget.left for budget in each.budgets if budget.left is not None), default=None)
    if left is None:
        return ""
    return f"[{'red' if left <= 0 else 'yellow' if left < LOW else 'green'}]{max(left, -9.99):.0%}[/]"


def _lists(found: Iterable[Overview], console: Console) -> None:
    for each in found:
        for budget in each.budgets:
            if budget.left is not None and budget.left < LOW:
                console.print(f"[yellow]{escape(each.subject.name)}[/] {budget.check}: {escape(budget.told)}")
        if each.breaches:
            console.print(_breaches(each))
        if each.unpublished:
            console.print(_unpublished(each))
        if len(each.unpublished) > SHOWN:
            console.print(f"[dim]and {len(each.unpublished) - SHOWN} earlier periods: --json tells them all[/]")
        if each.troubles:
            console.print(f"[yellow]{each.troubles} troubles in staging[/] [dim]`sluice sla run` names them[/]")


def _breaches(each: Overview) -> Table:
    """A row a check: where it failed last, and in how many periods it did."""
    by_check: dict[str, list[Breach]] = {}
    for breach in each.breaches:
        by_check.setdefault(breach.check, []).append(breach)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (f"breaches of {escape(each.subject.name)}", "last", "periods", "where", "expected", "observed"):
        table.add_column(heading, overflow="fold")
    for check, found in by_check.items():
        last = found[0]
        colour = "red" if last.finding.holds_period else "yellow"
        table.add_row(
            f"[{colour}]{escape(check)}[/]",
            last.period or "last run",
            str(len(found)),
            escape(_where(last)),
            escape(last.finding.expected),
            escape(_observed(last)),
        )
    return table


def _where(breach: Breach) -> str:
    worst = segment_text(breach.finding.segment)
    return worst if breach.segments == 1 else f"{worst} and {breach.segments - 1} more".strip()


def _observed(breach: Breach) -> str:
    found = breach.finding
    return found.reason if found.observed is None else f"{found.observed:,.4g} {found.unit}".strip()


def _unpublished(each: Overview) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (f"periods of {escape(each.subject.name)}", "stands", "since", "why"):
        table.add_column(heading, overflow="fold")
    for period in each.unpublished[-SHOWN:]:
        table.add_row(
            period.period,
            f"[{COLOURS[period.standing]}]{period.standing.value}[/]",
            f"{period.since:%Y-%m-%d %H:%M} UTC",
            escape(period.why),
        )
    return table


def size(number: int) -> str:
    """Bytes as people read them.

    >>> size(0), size(1536), size(5 << 30)
    ('0 B', '1.5 KiB', '5.0 GiB')
    """
    left, unit = float(number), 0
    while left >= KILO and unit < len(UNITS) - 1:
        left, unit = left / KILO, unit + 1
    return f"{left:.1f} {UNITS[unit]}" if unit else f"{number} B"


def as_json(found: tuple[Overview, ...]) -> dict[str, Any]:
    """The same as one JSON document, and nothing cut off."""
    return {"contracts": [_one_as_json(each) for each in found]}


def _one_as_json(each: Overview) -> dict[str, Any]:
    return {
        "contract": each.subject.contract.id,
        "object": each.subject.described.name,
        "version": each.subject.contract.version,
        "production_use": each.subject.contract.production_use,
        "verdict": each.revision.verdict.value if each.revision else None,
        "newest_period": each.newest.label if each.newest else None,
        "periods": {standing.value: count for standing, count in each.standings.items()},
        "budgets": [
            {"check": budget.check, "left": budget.left, "told": budget.told} for budget in each.budgets
        ],
        "breaches": [
            {
                "check": breach.check,
                "period": breach.period,
                "outcome": breach.outcome.value,
                "segments": breach.segments,
                "worst": breach.finding,
            }
            for breach in each.breaches
        ],
        "unpublished": [
            {"period": one.period, "standing": one.standing.value, "since": one.since, "why": one.why}
            for one in each.unpublished
        ],
        "last_run": {"at": each.ran.at, "as_of": each.ran.as_of, "judged": each.ran.judged} if each.ran else None,
        "staged": {"rows": each.rows, "bytes": each.staged_bytes},
        "staging": {
            "bytes_read": each.landed_bytes,
            "cpu_seconds": round(each.cpu_seconds, 3),
            "troubles": each.troubles,
        },
    }  # fmt: skip
