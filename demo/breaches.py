"""What the desk on call received, shown as it came."""

from typing import Any, Final

from rich.markup import escape

from sluice.terminal import out

LINES_SHOWN: Final = 3


def show_breaches(bodies: list[dict[str, Any]]) -> None:
    """The notices; of the first its headline and its first lines in full."""
    if not bodies:
        out.print("[yellow]nothing was received[/]")
        return
    first = bodies[0]
    out.print(f"{len(bodies)} received; the first: [bold]{escape(first['headline'])}[/]")
    for line in first["lines"][:LINES_SHOWN]:
        of = f" of {line['n']:,} rows" if line["n"] else ""
        where = f" ({line['segment']})" if line["segment"] else ""
        out.print(f"  [red]{escape(line['check'])}[/]{escape(where)} in {line['period'] or 'the window'}: ", end="")
        out.print(f"expected {escape(line['expected'])}, observed {escape(line['observed'])}{of}")
        if line["affected"]:
            out.print(f"    concerns {escape(', '.join(line['affected']))}", style="dim")
        if line["command"]:
            out.print(f"    [dim]then:[/] {escape(line['command'])}")
    if len(first["lines"]) > LINES_SHOWN:
        out.print(f"  [dim]and {len(first['lines']) - LINES_SHOWN} more[/]")
