"""`sluice submit validate`: the job on a running Flink cluster, started or replaced without losing a record."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from connections.logs import configure
from sluice.ledger.balance import sentence
from sluice.terminal import CLEAN, emit_json, faults_as_sentences, out
from validator.commands.land import submit_land
from validator.commands.options import shared
from validator.commands.prepare import deployment_of
from validator.deploy import Driver


@click.group()
def submit() -> None:
    """Submit a job to a running Flink cluster."""


submit.add_command(submit_land)


@submit.command()
@shared
@click.option("--flink", metavar="URL", help="The JobManager's REST address.")
@click.option("--upgrade", is_flag=True, help="Replace the running job by this one, losing and doubling nothing.")
@click.option(
    "--from-outputs", is_flag=True, help="Start without Flink's state, from the raw coordinates in the outputs."
)
def validate(*, upgrade: bool, from_outputs: bool, as_json: bool, config: Path | None, **asked: Any) -> None:
    """Judge every record of the raw topics, on a running Flink cluster.

    The contracts are resolved from the registry and pinned: a restart judges as before.

    Exit 0: it runs, and the outputs have no gaps. 2: the world's fault or a bad call; nothing was lost.
    """
    log = configure("sluice-submit")
    with faults_as_sentences():
        driver = Driver(deployment_of({**asked, "config": config}, log), log)
        started = driver.start(upgrade=upgrade, from_outputs=from_outputs)
        ledger = driver.verify(started)
    told = {
        "job": started.job_id,
        "way": started.way.value,
        "why": started.why,
        "savepoint": started.savepoint,
        "ledger": sentence(ledger),
    }
    if as_json:
        emit_json(told)
    else:
        out.print(f"[green]running[/] {started.job_id} ({started.way.value}: {started.why}); {told['ledger']}")
    sys.exit(CLEAN)
