"""The ledger for people and for machines."""

from collections.abc import Iterable
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sla.ledger.ledger import Fault, Ledger, Span, Told
from sluice.ledger.account import Line
from sluice.ledger.runs import Run

SHOWN: Final = 20
RUNS_SHOWN: Final = 3
RUNS_TOLD: Final = 1_000
HEADINGS: Final = ("balance", "of", "balanced through", "waiting", "")
Found = Iterable[tuple[Ledger, Told]]


def show(found: Found, span: Span, console: Console) -> None:
    """Three balances an object, then what is wrong, by coordinates."""
    pairs = tuple(found)
    if not pairs:
        console.print("no contract streams anything yet; `sluice init` makes one")
    for ledger, told in pairs:
        console.print(f"[bold]{escape(ledger.contract)}.{escape(ledger.object)}[/] [dim]{escape(_effort(ledger))}[/]")
        console.print(_table(ledger))
        for fault in told.faults[:SHOWN]:
            console.print(f"  [bold red]{escape(fault.what)}[/] {escape(_sentence(fault))}")
        if (more := len(told.faults) - SHOWN) > 0:
            console.print(f"  and {more} more; --json has them all")
        for acceptance in ledger.accepted:
            console.print(f"  [dim]accepted {escape(str(acceptance))}[/]")
        for behind in told.behind:
            console.print(f"  [yellow]not yet[/] {escape(behind)}")
        if span.bounded and len(told.faults) < len(ledger.faults):
            console.print(f"  [dim]{len(ledger.faults) - len(told.faults)} faults concern other periods[/]")


def _table(ledger: Ledger) -> Table:
    table = Table(box=None, pad_edge=True, header_style="dim")
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for balance, lines in (("landed", ledger.landed), ("judged", ledger.judged)):
        for topic in sorted({line.partition.topic for line in lines}):
            mine = [line for line in lines if line.partition.topic == topic]
            through = "  ".join(f"[dim]{line.partition.number}:[/]{line.through:,}" for line in mine)
            waiting = sum(line.waiting for line in mine)
            table.add_row(balance, escape(topic), through, f"{waiting:,}" if waiting else "", _state(mine))
    staged = ledger.staged
    waits = f"{staged.waiting_files:,} files" if staged.waiting_files else ""
    wrong = sum(1 for fault in ledger.faults if fault.balance == "staged")
    table.add_row("staged", f"{staged.rows:,} rows", f"batch {staged.through}", waits, _red(wrong))
    return table


def _state(lines: Iterable[Line]) -> str:
    return _red(sum(1 for line in lines if not line.holds))


def _red(wrong: int) -> str:
    return "[bold red]does not balance[/]" if wrong else "[green]balances[/]"


def _effort(ledger: Ledger) -> str:
    effort = ledger.effort
    how = "everything read again" if effort.full else "read what is new"
    return f"({how}: {effort.files:,} files, {effort.rows:,} records, {effort.seconds:.1f} s)"


def _sentence(fault: Fault) -> str:
    runs = fault.offsets.runs(RUNS_SHOWN)
    more = len(fault.offsets.first) - len(runs)
    where = f"{fault.place} {', '.join(map(str, runs))}{f' and {more} runs more' if more > 0 else ''}"
    number = f": {fault.count:,} record{'' if fault.count == 1 else 's'}" if fault.count else ""
    detail = f"; {fault.detail}" if fault.detail else ""
    periods = f"; periods {', '.join(sorted(fault.periods)[:RUNS_SHOWN])}" if fault.periods else ""
    return f"({fault.balance}) {where.rstrip()}{number}{detail}{periods}"


def as_json(found: Found, span: Span) -> dict[str, Any]:
    """One document; ranges of offsets include both ends."""
    pairs = tuple(found)
    return {
        "holds": all(told.holds for _, told in pairs),
        "period": span.period,
        "since": span.since,
        "contracts": [_one(ledger, told) for ledger, told in pairs],
    }


def _one(ledger: Ledger, told: Told) -> dict[str, Any]:
    return {
        "contract": ledger.contract,
        "object": ledger.object,
        "holds": told.holds,
        "kafkaAnswered": ledger.asked,
        "landed": [_line(line) for line in ledger.landed],
        "judged": [_line(line) for line in ledger.judged],
        "staged": {
            "batches": ledger.staged.through,
            "rows": ledger.staged.rows,
            "unevenBatches": [each.batch for each in ledger.staged.uneven],
            "waitingFiles": ledger.staged.waiting_files,
            "waitingBytes": ledger.staged.waiting_bytes,
        },
        "faults": [_fault(fault) for fault in told.faults],
        "accepted": [
            {
                "place": each.place,
                "offsets": [_run(run) for run in each.runs[:RUNS_TOLD]],
                "at": each.at,
                "by": each.by,
                "why": each.why,
            }
            for each in ledger.accepted
        ],
        "behind": list(told.behind),
        "read": {
            "files": ledger.effort.files,
            "bytes": ledger.effort.bytes,
            "records": ledger.effort.rows,
            "seconds": round(ledger.effort.seconds, 3),
            "full": ledger.effort.full,
        },
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "topic": line.partition.topic,
        "partition": line.partition.number,
        "from": line.start,
        "through": line.through,
        "due": line.due,
        "waiting": line.waiting,
        "holds": line.holds,
    }


def _fault(fault: Fault) -> dict[str, Any]:
    runs = fault.offsets.runs(RUNS_TOLD)
    return {
        "balance": fault.balance,
        "what": fault.what,
        "place": fault.place,
        "records": fault.count,
        "offsets": [_run(run) for run in runs],
        "offsetsLeftOut": len(fault.offsets.first) - len(runs),
        "detail": fault.detail,
        "periods": sorted(fault.periods),
    }


def _run(run: Run) -> list[int]:
    return [run.first, run.last]
