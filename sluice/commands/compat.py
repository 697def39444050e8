"""``sluice compat``: what a new version of a contract breaks for those who read and write by the old one."""

import sys
from typing import Any, Final

import rich_click as click
from rich.markup import escape
from rich.table import Table

from sluice.commands.gates import read_contract
from sluice.commands.problems_view import plural
from sluice.commands.versions import Comparison, compared, text_of
from sluice.compat import Breaks, Difference, forbids
from sluice.contract.stream import Compatibility
from sluice.terminal import CLEAN, FINDINGS, emit_json, faults_as_sentences, out

_LEVELS: Final = [level.value for level in Compatibility]
_EFFECTS: Final = {
    Breaks.BACKWARD: "may reject what the old one accepts",
    Breaks.FORWARD: "accepts what the old one rejects",
    Breaks.BOTH: "accepts other records",
    Breaks.NONE: "",
}


@click.command("compat")
@click.argument("old")
@click.argument("new")
@click.option("--level", type=click.Choice(_LEVELS), help="Judge by this level instead of the contract's own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def compat(old: str, new: str, *, level: str | None, as_json: bool) -> None:
    """Compare two versions of a contract: files, or REVISION:PATH as git names them.

    The structure is judged by the contract's compatibility level, as the registry will; rules are shown beside it.
    Other landing periods, or another zone for them, break at every level.

    Exit code 0: compatible. 1: not. 2: a version cannot be read.
    """
    with faults_as_sentences():
        before, after = text_of(old), text_of(new)
        found = compared(
            read_contract(before, old), read_contract(after, new), Compatibility(level) if level is not None else None
        )
        if as_json:
            emit_json([_document(each) for each in found])
        else:
            for each in found:
                _show(each)
        sys.exit(FINDINGS if any(each.broken for each in found) else CLEAN)


def _show(found: Comparison) -> None:
    out.print(f"[bold]{escape(found.name)}[/] {found.level.value}")
    parts = (("structure", found.structure), ("periods", found.periods), ("rules", found.rules))
    for heading, differences in parts:
        if differences:
            out.print(_table(heading, differences, found))
    for difference in found.broken:
        out.print(f"[red]{escape(difference.pointer or '/')}[/]: {escape(difference.way_out)}")
    if found.forbidden:
        out.print(f"[red]not {found.level.value} compatible: {plural(len(found.forbidden), 'reason')}[/]")
    if found.periods:
        told = plural(len(found.periods), "reason")
        out.print(f"[red]other periods than those that are judged and published: {told}[/]")
    if not found.broken:
        out.print(f"[green]{'compatible' if found.structure or found.rules else 'no difference'}[/]")
    out.print()


def _table(heading: str, differences: tuple[Difference, ...], found: Comparison) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("the new version" if heading == "rules" else "breaks")
    table.add_column(heading, overflow="fold")
    table.add_column("what", overflow="fold")
    for each in differences:
        first = _EFFECTS[each.breaks] if heading == "rules" else each.breaks.value
        style = "red" if each in found.broken else ""
        table.add_row(first, escape(each.pointer or "/"), escape(each.sentence), style=style)
    return table


def _document(found: Comparison) -> dict[str, Any]:
    return {
        "object": found.name,
        "level": found.level.value,
        "compatible": not found.broken,
        "structure": [_difference(each) | {"forbidden": forbids(found.level, each)} for each in found.structure],
        "periods": [_difference(each) for each in found.periods],
        "rules": [_difference(each) for each in found.rules],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "pointer": difference.pointer,
        "kind": difference.kind,
        "breaks": difference.breaks.value,
        "sentence": difference.sentence,
        "wayOut": difference.way_out,
    }
