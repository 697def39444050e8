"""Two profiles side by side, for people."""

from rich.markup import escape

from sluice.commands.profile_view import HIDDEN, bar, distinct, histograms, number, percent
from sluice.commands.wide_table import Column, print_table
from sluice.profile.change import LARGE, SLIGHT, Change, ColumnChange
from sluice.profile.model import ColumnProfile
from sluice.profile.sketch import quantiles_at
from sluice.terminal import out

BEFORE = "before"
NOW = "now"
ARROW = " → "
_NOTHING = "[dim]-[/]"


COLUMNS = (
    Column(heading="field"),
    Column(heading="nulls", right=True),
    Column(heading="", spare=2, name="change of nulls"),
    Column(heading="distinct", right=True, spare=5),
    Column(heading="p5, median, p95", right=True, spare=4),
    Column(heading="mean", right=True, spare=3),
    Column(heading="before", spare=1),
    Column(heading="now", spare=1),
    Column(heading="PSI", right=True),
    Column(heading="", spare=6, name="bar of the PSI"),
)


def show_change(before: str, now: str, change: Change) -> None:
    """The change of every field, and the rows last, where the eye ends."""
    print_table(COLUMNS, [_row(each) for each in change.columns])
    out.print(f"{escape(before)}{ARROW}{escape(now)}: {_rows(change)}")
    moved = [each.name for each in change.columns if each.moved]
    if moved:
        out.print(f"moved: {escape(', '.join(moved))}")
    out.print(
        f"[dim]PSI over tenths of what was before, from sketches: below {SLIGHT} little has changed, above {LARGE} "
        "much; in brackets what is no more than chance[/]"
    )


def _rows(change: Change) -> str:
    before, now = change.before.rows, change.now.rows
    return f"{before:,}{ARROW}{now:,} rows ({100 * (now - before) / before:+.1f} %)"


def _row(change: ColumnChange) -> tuple[str, ...]:
    name = escape(change.name)
    before, now = change.before, change.now
    if before is None or now is None:
        gone = "[yellow]gone[/]" if now is None else "[yellow]new[/]"
        held = now or before
        return name, _share(held), gone, distinct(held) if held else "", "", "", "", "", "", ""
    hidden = before.classified or now.classified
    return (
        name,
        _pair(_share(before), _share(now)),
        _nulls_bar(before, now),
        _pair(distinct(before), distinct(now)),
        HIDDEN if hidden else _pair(_middle(before), _middle(now)),
        "" if hidden else _pair(_mean(before), _mean(now)),
        *(("", "") if hidden else histograms(before, now)),
        *_psi(change),
    )


def _share(column: ColumnProfile | None) -> str:
    if column is None or not column.rows:
        return ""
    return percent(column.nulls / column.rows) if column.nulls else "0"


def _nulls_bar(before: ColumnProfile, now: ColumnProfile) -> str:
    if not (before.rows and now.rows):
        return ""
    rise = now.nulls / now.rows - before.nulls / before.rows
    if not rise:
        return ""
    return f"[red]+{bar(rise)}[/]" if rise > 0 else f"[green]-{bar(-rise)}[/]"


def _middle(column: ColumnProfile) -> str:
    found = quantiles_at(column.quantiles, (0.05, 0.5, 0.95))
    return ", ".join(map(number, found))


def _mean(column: ColumnProfile) -> str:
    return "" if column.mean is None else number(column.mean)


def _pair(before: str, now: str) -> str:
    return now if before == now else f"{before or _NOTHING}{ARROW}{now or _NOTHING}"


def _psi(change: ColumnChange) -> tuple[str, str]:
    if change.psi is None or change.noise is None:
        return "", ""
    told = f"{change.psi:.3f}"
    if change.psi <= change.noise:
        return f"[dim]({told})[/]", ""
    colour = "red" if change.psi > LARGE else "yellow" if change.moved else "dim"
    return f"[{colour}]{told}[/]", f"[{colour}]{bar(change.psi / (2 * LARGE))}[/]"
