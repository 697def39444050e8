"""`sluice run validate`: the job in this process, on a Flink of its own that ends with it."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click

from connections.logs import configure
from sluice.terminal import CLEAN, faults_as_sentences
from validator.commands.land import run_land
from validator.commands.options import shared
from validator.commands.prepare import deployment_of
from validator.commands.until_stopped import until_stopped
from validator.deploy import Driver
from validator.running import LOCAL


@click.group()
def run() -> None:
    """Run a job here, until Ctrl-C."""


run.add_command(run_land)


@run.command()
@shared
def validate(*, as_json: bool, config: Path | None, **asked: Any) -> None:
    """Judge every record of the raw topics, on a small Flink inside this process.

    For development and small streams: nothing restarts it but you. It goes on where the outputs end.

    Exit 0: stopped by Ctrl-C. 2: the world's fault or a bad call.
    """
    del as_json  # the log is JSON already
    log = configure("sluice-run")
    with faults_as_sentences():
        driver = Driver(deployment_of({**asked, "config": config}, log, target=LOCAL), log)
        started = driver.start()
        until_stopped(started.client)
        started.client.cancel().result()
        log.info("stopped", job=started.job_id)
    sys.exit(CLEAN)
