"""`sluice sla status`: where every contract stands, read from the state alone."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rich_click as click

from sla import gauges
from sla.commands.options import office, shared
from sla.commands.status_view import as_json as status_as_json
from sla.commands.status_view import show
from sla.estate import chosen
from sla.overview import overview
from sluice.terminal import CLEAN, FINDINGS, emit_json, faults_as_sentences, out


@click.command()
@click.argument("names", metavar="[CONTRACT]...", nargs=-1)
@shared
@click.option("--metrics", is_flag=True, help="Print the gauges that `sluice sla run` exports, for Prometheus.")
def status(names: tuple[str, ...], *, as_json: bool, metrics: bool, config: Path | None, **asked: Any) -> None:
    """Show where each CONTRACT stands (its id, or contract.object; all without any): as of its last run.

    Nothing is staged or judged for it.

    Exit 0: all is well. 1: a period is held or stale, or the newest judging found a breach. 2: the world's fault.
    """
    with faults_as_sentences():
        place = office(config=config, **asked)
        now = datetime.now(UTC)
        found = tuple(overview(each, place.storage, now) for each in chosen(place.estate, names))
    if metrics:
        sys.stdout.write(gauges.text(found))
    elif as_json:
        emit_json(status_as_json(found))
    else:
        show(found, now, place.storage.root, out)
    sys.exit(CLEAN if all(each.calm for each in found) else FINDINGS)
