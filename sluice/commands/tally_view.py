"""A tally for people and for machines. What it shows of a record is what the gate shows: no classified value."""

from typing import Any

from rich.markup import escape
from rich.table import Table

from sluice.commands.gates import Judged
from sluice.commands.tally import Reason, Spot, Tally
from sluice.terminal import out
from sluice.verdict.message import message_of
from sluice.verdict.model import Invalid, Violation


def document(subject: Judged, tally: Tally, faults: list[str]) -> dict[str, Any]:
    """The tally as one JSON document."""
    return {
        "contract": subject.contract.id,
        "version": subject.contract.version,
        "object": subject.described.name,
        "records": tally.records,
        "valid": tally.valid,
        "invalid": tally.invalid,
        "control": tally.control,
        "deletesWithoutKey": tally.unkeyed,
        "observed": tally.observed,
        "reasons": [reason.as_json() for reason in tally.reasons],
        "reasonsBeyond": tally.beyond,
        "failures": [_failure(spot, verdict) for spot, verdict in tally.failures],
        "faults": faults,
    }


def show(subject: Judged, tally: Tally) -> None:
    """The reasons as a table, the first failures one by one, and the summary last, where the eye ends."""
    if tally.reasons:
        out.print(_reasons(tally))
    if tally.beyond:
        out.print(f"and more than these {len(tally.reasons):,} reasons, {tally.beyond:,} times")
    for spot, verdict in tally.failures:
        _show_failure(spot, verdict)
    if tally.invalid > len(tally.failures):
        rest = tally.invalid - len(tally.failures)
        out.print(f"[dim]{rest:,} {'more ' if tally.failures else ''}invalid; --failures N explains the first N[/]")
    if tally.unkeyed:
        out.print(
            f"[dim]{tally.unkeyed:,} of the control records are deletes whose key the file does not hold; in a topic "
            "they are judged by it, and here where its columns are in 'before'[/]"
        )
    out.print(_summary(subject, tally))


def _reasons(tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("records", justify="right")
    for heading in ("reason", "where", "expected", "first"):
        table.add_column(heading, overflow="fold")
    one_file = len({reason.first.file for reason in tally.reasons}) == 1
    for reason in tally.reasons:
        first = f"line {reason.first.line:,}" if one_file else str(reason.first)
        table.add_row(*_row(reason, first), style="dim" if reason.observed else "")
    return table


def _row(reason: Reason, first: str) -> tuple[str, ...]:
    name = f"{reason.rule} (observed)" if reason.observed else reason.rule or reason.code
    cells = (f"{reason.records:,}", name, reason.pointer or "record", reason.expected, first)
    return tuple(escape(cell) for cell in cells)


def _show_failure(spot: Spot, verdict: Invalid) -> None:
    message = "" if verdict.violations else f" {escape(message_of(verdict))}"
    out.print(f"[bold]{escape(str(spot))}[/] [red]{verdict.code}[/]{message}")
    for violation in verdict.violations:
        out.print(f"  {escape(_told(violation))}")
    if verdict.total > len(verdict.violations):
        out.print(f"  and {verdict.total - len(verdict.violations)} more")


def _told(violation: Violation) -> str:
    actual = f", is {violation.actual}" if violation.actual is not None else ""
    return f"{violation.rule} at {violation.pointer or 'the record'}: {violation.expected}{actual}"


def _summary(subject: Judged, tally: Tally) -> str:
    colour = "red" if tally.invalid else "green"
    told = [
        f"{tally.records:,} record{'s' * (tally.records != 1)}",
        f"{tally.valid:,} valid",
        f"[{colour}]{tally.invalid:,} invalid[/]",
    ]
    told += [f"{tally.control:,} control"] if tally.control else []
    told += [f"{tally.observed:,} with observed violations"] if tally.observed else []
    name = escape(f"{subject.contract.id}/{subject.contract.version} {subject.described.name}")
    return f"{name}: {', '.join(told)}"


def _failure(spot: Spot, verdict: Invalid) -> dict[str, Any]:
    return {
        "file": spot.file,
        "line": spot.line,
        "stage": verdict.stage.value,
        "code": verdict.code,
        "message": message_of(verdict),
        "total": verdict.total,
        "violations": [
            {
                "rule": each.rule,
                "pointer": each.pointer,
                "keyword": each.keyword,
                "expected": each.expected,
                "actual": each.actual,
                "severity": each.severity,
            }
            for each in verdict.violations
        ],
    }
