"""`sluice alerts deliver`: findings from files become incidents, and people are told."""

import sys
from dataclasses import replace
from datetime import UTC, datetime

import rich_click as click

from alerting.commands.options import Common, Moment, shared
from alerting.contracts import contracts_of
from alerting.deliver import deliver as deliver_run
from alerting.handover import read
from sluice.finding.run import Reach
from sluice.terminal import CLEAN, FINDINGS, emit_json, err, faults_as_sentences, out


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--as-of", type=Moment(), help="The run's own time [default: now].")
@click.option("--whole", is_flag=True, help="FILE... are whole runs: rules that they speak of no more are retired.")
@shared
def deliver(*, files: tuple[str, ...], as_of: datetime | None, whole: bool, common: Common) -> None:
    """Tell of the findings in FILE... (JSON lines, as `sluice sla run` keeps them; a path, file:// or s3://).

    What was done is read from the neighbour: `RUN.actions.jsonl` beside `RUN.jsonl`. A file that was delivered before
    tells nothing again. Exit 0: everybody was told. 1: letters wait or were lost. 2: the world's fault or a bad call.
    """
    with faults_as_sentences():
        settings = common.settings()
        contracts = contracts_of(common.contracts_path)
        run = replace(read(files, env=common.env, config=common.config), reach=Reach.OBJECTS if whole else Reach.PART)
        delivered = deliver_run(run, contracts, settings, as_of or datetime.now(UTC))
    for sentence in delivered.unrouted:
        err.print(f"warning: {sentence}", markup=False)
    if common.as_json:
        emit_json(delivered.as_json())
    else:
        out.print(
            f"{delivered.opened} opened, {delivered.repeated} repeated, {delivered.resolved} resolved; "
            f"{delivered.sent} letters sent, {delivered.waiting} waiting, {delivered.lost} lost"
        )
    sys.exit(FINDINGS if delivered.waiting or delivered.lost else CLEAN)
