"""Profiles for people: a row for each field, with small bars and histograms."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from rich.markup import escape

from sluice.commands.problems_view import plural
from sluice.commands.wide_table import Column, print_table
from sluice.profile.change import distinct_of
from sluice.profile.model import ColumnProfile, Profile
from sluice.profile.sketch import quantiles_at, shares_at
from sluice.terminal import out

HISTOGRAM_BINS = 12
BAR_CELLS = 5
_LEVELS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
HIDDEN = "[dim]classified[/]"


COLUMNS = (
    Column(heading="field"),
    Column(heading="type", spare=4),
    Column(heading="nulls", right=True),
    Column(heading="", spare=2, name="why null"),
    Column(heading="distinct", right=True, spare=1),
    Column(heading="least", right=True, spare=5),
    Column(heading="median", right=True, spare=3),
    Column(heading="greatest", right=True, spare=5),
    Column(heading="mean", right=True, spare=6),
    Column(heading="values"),
)


def show(name: str, profile: Profile) -> None:
    """The profile of a group of files."""
    fields = profile.columns.items()
    print_table(
        COLUMNS,
        [(escape(field), sort_of(held), *nulls(held), distinct(held), *values(held)) for field, held in fields],
    )
    rows = "1 row" if profile.rows == 1 else f"{profile.rows:,} rows"
    out.print(f"{escape(name)}: {rows}, {plural(len(profile.columns), 'field')}")


def sort_of(column: ColumnProfile) -> str:
    """What the column holds, in a word; several where a field changed its type."""
    sorts = []
    if column.numbers is not None and column.numbers.count:
        sorts.append("boolean" if column.quantiles is None and not column.classified else "number")
    if column.lengths is not None:
        sorts.append("text")
    if column.span is not None:
        sorts.append("instant")
    if not sorts:
        return "" if not column.values else "value" if column.distinct is not None else "nested"
    return ", ".join(sorts)


def nulls(column: ColumnProfile) -> tuple[str, str]:
    """The share of nulls and its bar; why they are null, where that is known."""
    if not column.rows:
        return "", ""
    share = column.nulls / column.rows
    reasons = [f"{count:,} {why}" for why, count in (("absent", column.absent), ("unfit", column.unfit)) if count]
    reasons += [f"{count:,} {escape(repr(token))}" for token, count in column.missing.items() if count]
    told = "0" if not column.nulls else percent(share)
    return told, f"{bar(share)} {', '.join(reasons)}".strip()


def distinct(column: ColumnProfile) -> str:
    """The distinct count, marked where it is an estimate."""
    found = distinct_of(column)
    if found is None:
        return ""
    return f"{'~' if found.high - found.low > 1 else ''}{round(found.value):,}"


def values(column: ColumnProfile) -> tuple[str, str, str, str, str]:
    """Least, median, greatest, mean, and a histogram; of classified fields none."""
    if column.classified:
        return HIDDEN, "", "", "", ""
    numbers = column.numbers
    if numbers is not None and numbers.count and numbers.minimum is not None and numbers.maximum is not None:
        median = quantiles_at(column.quantiles, (0.5,))
        return (
            number(numbers.minimum),
            number(median[0]) if median else "",
            number(numbers.maximum),
            number(numbers.mean),
            histograms(column)[0],
        )
    if column.span is not None:
        return instant(column.span.first), "", instant(column.span.last), "", ""
    if column.lengths is not None:
        low, high = column.lengths.minimum, column.lengths.maximum
        return "", "", "", "", f"[dim]{low if low == high else f'{low} to {high}'} characters[/]"
    return "", "", "", "", ""


def histograms(*columns: ColumnProfile) -> tuple[str, ...]:
    """How the numbers of each column lie, by the same bins of one width; empty for one without quantiles.

    They reach from the lowest 1st to the highest 99th percentile, and take in what is beyond.
    """
    ends = [quantiles_at(column.quantiles, (0.01, 0.99)) for column in columns if column.quantiles is not None]
    if not ends:
        return ("",) * len(columns)
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    width = (high - low) / HISTOGRAM_BINS
    cuts = [low + width * position for position in range(1, HISTOGRAM_BINS)]
    if not all(a < b for a, b in pairwise([low, *cuts, high])):
        return tuple("" if column.quantiles is None else _LEVELS[-1] for column in columns)
    return tuple("" if not column.quantiles else spark(shares_at(column.quantiles, cuts)) for column in columns)


def spark(shares: Sequence[float]) -> str:
    """Shares as columns of eight heights; what is there at all is seen."""
    most = max(shares, default=0)
    if not most:
        return _LEVELS[0] * len(shares)
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[max(round(share / most * top), 1 if share else 0)] for share in shares)


def bar(share: float) -> str:
    """A share of one as a bar of five cells, in eighths; what is there at all is seen."""
    eighths = max(round(min(share, 1) * BAR_CELLS * 8), 1 if share > 0 else 0)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def percent(share: float) -> str:
    """A share in per cent with one digit; what is not all is never shown as all, nor what is as none."""
    told = f"{100 * share:.1f}"
    if told == "0.0" and share:
        return "<0.1 %"
    if told == "100.0" and share < 1:
        return ">99.9 %"
    return f"{told} %"


def number(value: float) -> str:
    """A number in few characters: integers in full up to twelve digits, others with five that count."""
    if abs(value) >= _LONG:
        return f"{value:.5g}"
    if float(value).is_integer():
        return f"{int(value):,}" if abs(value) >= _WIDE else f"{int(value)}"  # a year is no number of thousands
    return f"{value:,.1f}" if abs(value) >= _WIDE else f"{value:.5g}"


_LONG = 1e12
_WIDE = 1e4


def instant(at: datetime) -> str:
    """An instant in UTC; of midnight the day alone."""
    return (
        f"{at:%Y-%m-%d}" if (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0) else f"{at:%Y-%m-%d %H:%M}Z"
    )
