"""What a backtest counted, for people and for machines."""

from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sla.backtest.fired import Fired
from sla.backtest.story import Backtest

REASONS_SHOWN: Final = 2
HEADINGS: Final = ("rule", "fires", "holds", "skipped", "failed", "first and last", "recorded")
NUMBERS: Final = frozenset(HEADINGS) - {"rule", "first and last"}


def show(found: Backtest, console: Console) -> None:
    """A row a rule, those that fired most first; then why some could not say, and what history cannot tell."""
    name = f"[bold]{escape(found.subject.name)}[/] {escape(found.subject.contract.version)}"
    if not found.periods:
        console.print(f"{name}: {_nothing(found)}")
        return
    console.print(f"{name}: {len(found.periods)} periods, {found.periods[0]} to {found.periods[-1]}")
    console.print(_rules(found))
    for rule in found.rules:
        for reason, periods in list(rule.reasons.items())[:REASONS_SHOWN]:
            console.print(f"[dim]{escape(rule.check)} could not say in {periods}:[/] {escape(reason)}")
        if (more := len(rule.reasons) - REASONS_SHOWN) > 0:
            console.print(f"[dim]{escape(rule.check)} has {more} reasons more: --json tells them all[/]")
    for check, why in found.untested.items():
        console.print(f"[dim]not tested:[/] {escape(check)} {escape(why)}")
    for sentence in sentences(found):
        console.print(f"[yellow]{escape(sentence)}[/]")


def _nothing(found: Backtest) -> str:
    if found.kept is None:
        return "no period was ever closed; `sluice sla run` stages and judges what landed"
    start, end = found.kept
    return f"no period within; history is kept from {start:%Y-%m-%d} to {end:%Y-%m-%d}: give --from and --to"


def _rules(found: Backtest) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in NUMBERS else "left", overflow="fold")
    for rule in sorted(found.rules, key=lambda each: (-each.held, -len(each.fired))):
        table.add_row(
            escape(rule.check),
            _count(rule),
            f"[bold red]{rule.held}[/]" if rule.held else "0",
            str(rule.skipped),
            f"[yellow]{rule.failed}[/]" if rule.failed else "0",
            " ".join(dict.fromkeys((rule.fired[0], rule.fired[-1]))) if rule.fired else "",
            str(rule.recorded),
        )
    return table


def _count(rule: Fired) -> str:
    return f"[{'red' if rule.fired else 'green'}]{len(rule.fired)}[/] of {rule.judged}"


def sentences(found: Backtest) -> tuple[str, ...]:
    """What was counted again, and what nobody can know any more."""
    lost = found.lost
    again = (f"counted on the typed rows, since no profile holds it: {', '.join(lost.rules)}",) if lost.rules else ()
    return (
        *again,
        *(
            f"{count:,} values of {name} did not fit its type; rows do not tell them from missing ones any more"
            for name, count in lost.unfit
        ),
        *(
            f"{count:,} rows came before there was a field {name}: it is not known of them"
            for name, count in lost.young
        ),
    )


def as_json(found: Backtest) -> dict[str, Any]:
    """The same as a value for JSON."""
    return {
        "contract": found.subject.contract.id,
        "object": found.subject.described.name,
        "version": found.subject.contract.version,
        "kept": {"start": found.kept[0], "end": found.kept[1]} if found.kept else None,
        "periods": {
            "number": len(found.periods),
            "first": found.periods[0] if found.periods else None,
            "last": found.periods[-1] if found.periods else None,
        },
        "rules": [
            {
                "check": rule.check,
                "kind": rule.kind,
                "fired": len(rule.fired),
                "judged": rule.judged,
                "skipped": rule.skipped,
                "failed": rule.failed,
                "would_hold": rule.held,
                "periods": list(rule.fired),
                "recorded": rule.recorded,
                "reasons": dict(rule.reasons),
            }
            for rule in found.rules
        ],
        "untested": dict(found.untested),
        "counted_again": list(found.lost.rules),
        "notes": list(sentences(found)),
    }
