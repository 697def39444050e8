"""Tables wider than a terminal: columns that can be spared are left out, and named; none is ever cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table

from sluice.terminal import out

ENDLESS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A heading; the columns with the highest ``spare`` go first where there is no room, those with 0 never."""

    heading: str
    right: bool = False
    spare: int = 0
    name: str = ""  # in the note of what was left out, where there is no heading


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print the rows as wide as the terminal; where there is none, as wide as they are."""
    width = out.width if out.is_terminal else ENDLESS
    kept = list(range(len(columns)))
    gone = sorted((place for place in kept if columns[place].spare), key=lambda place: -columns[place].spare)
    left_out: list[str] = []
    while (natural := _width(table := _table(columns, rows, kept))) > width and gone:
        place = gone.pop(0)
        kept.remove(place)
        left_out.append(columns[place].heading or columns[place].name)
    out.print(_AsWideAsItIs(table, natural), crop=False)
    if left_out:
        out.print(f"[dim]for want of width without: {', '.join(left_out)}[/]")


@dataclass(frozen=True, slots=True)
class _AsWideAsItIs:
    """Rendered whole, whatever the console takes for its width."""

    table: Table
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from console.render(self.table, options.update(width=self.width, max_width=self.width))


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]], kept: Sequence[int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for place in kept:
        column = columns[place]
        table.add_column(column.heading, justify="right" if column.right else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(row[place] for place in kept))
    return table


def _width(table: Table) -> int:
    return Measurement.get(out, out.options.update(max_width=ENDLESS), table).maximum
