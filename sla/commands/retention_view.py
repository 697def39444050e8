"""What retention takes, for people and for machines: every deletion is named before it is done."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connections.storage import Entry
from sla.commands.status_view import size
from sla.retention.plan import Plan
from sluice.checks.levels.amount import told


def show(plans: Iterable[Plan], findings: Sequence[Entry], console: Console, *, dry: bool) -> None:
    """The periods of each contract, then each file by its path, then files of findings, then how to go on."""
    due = bool(findings)
    for plan in plans:
        due = due or not plan.empty
        _show_one(plan, console)
    for entry in findings:
        console.print(_delete(entry))
    if due and dry:
        console.print("nothing was removed; [bold]--yes[/] removes what is listed")


def _show_one(plan: Plan, console: Console) -> None:
    name = escape(plan.subject.name)
    kept = "promises no retention: no period of it goes" if plan.kept is None else f"is kept for {told(plan.kept)}"
    console.print(f"[bold]{name}[/] {kept}" + ("; nothing is due" if plan.empty else ""))
    if plan.unread:
        console.print(f"[yellow]left alone, no periods of the contract as it is now:[/] {', '.join(plan.unread)}")
    if plan.periods:
        console.print(_periods(plan))
    for entry in plan.files:
        console.print(_delete(entry))
    for leftover in plan.leftovers:
        what = "abort the upload of" if leftover.upload else "delete"
        console.print(f"[dim]{what}[/] {escape(leftover.path)} [dim]begun {leftover.started:%Y-%m-%d %H:%M} UTC[/]")
    for snapshot in plan.snapshots:
        console.print(f"[dim]expire snapshot[/] {snapshot.id} [dim]of {snapshot.at:%Y-%m-%d %H:%M} UTC[/]")
    if not plan.empty:
        console.print(f"{len(plan.files):,} files, {size(sum(each.size for each in plan.files))}")


def _delete(entry: Entry) -> str:
    return f"[dim]delete[/] {escape(entry.path)} [dim]{size(entry.size)}[/]"


def _periods(plan: Plan) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("period", "stands", "rows", "published", "files"):
        table.add_column(heading, justify="right" if heading in {"rows", "files"} else "left")
    for each in plan.periods:
        published = "yes, leaves the table" if each.published else "no"
        table.add_row(each.label, each.gone.standing.value, f"{each.gone.rows:,}", published, str(len(each.files)))
    return table


def files_as_json(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Each by its path, with its size."""
    return [{"path": each.path, "bytes": each.size} for each in entries]


def as_json(plan: Plan, records: Mapping[str, str]) -> dict[str, Any]:
    """The same as a value for JSON."""
    return {
        "contract": plan.subject.contract.id,
        "object": plan.subject.described.name,
        "kept_seconds": plan.kept.total_seconds() if plan.kept else None,
        "periods": [
            {
                "period": each.label,
                "rows": each.gone.rows,
                "standing": each.gone.standing.value,
                "published": each.published,
            }
            for each in plan.periods
        ],
        "files": files_as_json(plan.files),
        "leftovers": [{"path": each.path, "started": each.started} for each in plan.leftovers],
        "snapshots": [{"id": each.id, "at": each.at} for each in plan.snapshots],
        "left_alone": list(plan.unread),
        "record": records.get(plan.subject.name),
    }
