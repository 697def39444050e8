"""The proof: each raw offset exactly once among the coordinates that the outputs carry, partition by partition."""

from collections.abc import Sequence

from rich.table import Table

from demo.outputs import Outputs
from sluice.ledger.balance import Balance, sentence
from sluice.ledger.runs import count
from sluice.terminal import out


def show_ledger(balances: Sequence[Balance]) -> None:
    """The ledger, one row a partition of the raw topic."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("raw partition")
    for heading in ("offsets", "came out", "missing", "twice", "balanced through"):
        table.add_column(heading, justify="right")
    for each in balances:
        table.add_row(
            str(each.partition),
            f"{each.extent.end - each.extent.first:,}",
            f"{each.judged:,}",
            f"{count(each.missing) + count(each.waiting):,}",
            f"{len(each.doubled):,}",
            f"{each.through:,}",
        )
    out.print(table)


def show_proof(balances: Sequence[Balance], outputs: Outputs) -> bool:
    """The result in two sentences; whether nothing was lost, doubled or changed."""
    raw = sum(each.judged + count(each.missing) + count(each.waiting) for each in balances)
    whole = all(each.complete for each in balances) and raw == outputs.validated + outputs.dead
    untouched = outputs.untouched == raw
    out.print(
        f"{_mark(whole)} raw {raw:,} {'=' if whole else '≠'} validated {outputs.validated:,} "
        f"+ dead letters {outputs.dead:,}, by the raw coordinates in the outputs' headers"
    )
    out.print(f"  {sentence(balances)}", style="dim")
    out.print(f"{_mark(untouched)} {outputs.untouched:,} of {raw:,} came out with key, value and timestamp unchanged")
    return whole and untouched


def _mark(good: bool) -> str:  # noqa: FBT001 - a yes or no is what it shows
    return "[green]✓[/]" if good else "[red]✗[/]"
