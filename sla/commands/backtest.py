"""`sluice sla backtest`: how often the rules of a contract would have fired, before it is merged."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import rich_click as click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sla.backtest.past import Past
from sla.backtest.story import Span, Tell
from sla.backtest.story import backtest as backtest_one
from sla.commands.backtest_view import as_json as backtest_as_json
from sla.commands.backtest_view import show
from sla.commands.options import Moment, instant, office, shared
from sla.estate import chosen
from sluice.contract import duration
from sluice.terminal import CLEAN, FINDINGS, emit_json, err, faults_as_sentences, out

UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "w": timedelta(weeks=1)}
SPAN: Final = re.compile(r"([0-9]{1,5})([dhw])")


class Since(Moment):
    """``30d``, ``12h``, ``4w`` or an ISO 8601 duration, counted back from the end; or a moment."""

    name = "since"

    def convert(  # type: ignore[override] # a length of time is one answer more than a moment has
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | date | timedelta:
        """Parse; a clear refusal where it is neither."""
        if isinstance(value, timedelta):
            return value
        if found := SPAN.fullmatch(str(value)):
            return int(found[1]) * UNITS[found[2]]
        if str(value).startswith("P"):
            parsed = duration.parse(str(value))
            return parsed if parsed is not None else self.fail(duration.why_not(str(value)), param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("contract")
@shared
@click.option("--from", "since", type=Since(), default="30d", show_default=True, help="30d, P4W, or a first day.")
@click.option("--to", "until", type=Moment(), help="A day that is not judged any more [default: the newest closed].")
def backtest(
    contract: str,
    *,
    since: datetime | date | timedelta,
    until: datetime | date | None,
    as_json: bool,
    config: Path | None,
    **asked: Any,
) -> None:
    """Judge the kept history of CONTRACT by its rules as the file has them now, and count how often each would fire.

    Nothing is staged, remembered, published or told. Rules that are new are counted on the typed rows.

    Exit 0: no rule would have fired. 1: some would. 2: the world's fault, or a bad call.
    """
    with faults_as_sentences():
        place = office(config=config, **asked)
        now = datetime.now(UTC)
        found = []
        for subject in chosen(place.estate, (contract,)):
            zone = subject.grid.zone
            span = Span(
                start=since if isinstance(since, timedelta) else instant(since, zone, now),
                end=instant(until, zone, now) if until is not None else None,
            )
            past = Past.of(subject, place.estate, place.storage, place.settings.sla.grace, now)
            with _bar(subject.name) as tell:
                found.append(backtest_one(past, span, tell))
    if as_json:
        emit_json({"contracts": [backtest_as_json(each) for each in found]})
    else:
        for each in found:
            show(each, out)
    sys.exit(FINDINGS if any(rule.fired for each in found for rule in each.rules) else CLEAN)


@contextmanager
def _bar(name: str) -> Iterator[Tell]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(f"{name}: periods judged", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
