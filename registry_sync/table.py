"""A plan for people at a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from registry_sync.plan import Plan
from registry_sync.remark import Note, Refusal
from registry_sync.words import VERBS, counts, details, many


def show(plan: Plan, console: Console) -> None:
    """Print the plan: changes in their order, then notes, then why it refuses itself."""
    console.print(f"[dim]registry[/] {escape(plan.registry_url)}   [dim]kafka[/] {escape(plan.bootstrap)}")
    if plan.changes:
        console.print(_changes(plan))
    for note in plan.notes:
        _note(note, console)
    for refusal in plan.refusals:
        _refusal(refusal, console)
    console.print(_verdict(plan))


def _changes(plan: Plan) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("#", justify="right")
    table.add_column("what", no_wrap=True)
    table.add_column("where", overflow="fold")
    table.add_column("why and how", overflow="fold")
    for number, change in enumerate(plan.changes, 1):
        lines = "\n".join(escape(line) for line in details(change))
        table.add_row(
            str(number), VERBS[change.kind], escape(change.name), f"{escape(change.reason)}\n[dim]{lines}[/]".strip()
        )
    return table


def _note(note: Note, console: Console) -> None:
    console.print(f"[yellow]note[/] {escape(note.name)}: {escape(note.sentence)}")


def _refusal(refusal: Refusal, console: Console) -> None:
    console.print(f"[bold red]refused[/] {escape(refusal.name)}: {escape(refusal.sentence)} [dim]({refusal.code})[/]")
    for reason in refusal.reasons:
        console.print(f"    {escape(reason)}")
    for way in refusal.ways_out:
        console.print(f"    [green]→[/] {escape(way)}")


def _verdict(plan: Plan) -> str:
    if not plan.changes and not plan.refusals:
        return "[green]nothing to do[/]: the platform is as the contracts say"
    told = f"{many(len(plan.changes), 'change')} ({counts(plan.changes)})" if plan.changes else "no changes"
    refused = f", [bold red]{many(len(plan.refusals), 'refusal')}[/]" if plan.refusals else ""
    return f"{told}{refused}\nchecksum [bold]{plan.checksum}[/]"
