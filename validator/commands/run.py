"""`sluice run validate`: the job in this process, on a Flink of its own that ends with it."""

import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any, Final

import rich_click as click
from structlog.typing import FilteringBoundLogger

from connections.logs import configure
from sluice.terminal import CLEAN, Fault, faults_as_sentences
from validator.commands.land import run_land
from validator.commands.options import shared
from validator.commands.prepare import deployment_of
from validator.deploy import Driver, Started
from validator.job import reason
from validator.running import LOCAL

LOOK_SECONDS: Final = 1.0


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
        _watch(started, log)
    sys.exit(CLEAN)


def _watch(started: Started, log: FilteringBoundLogger) -> None:
    """Wait for Ctrl-C, SIGTERM or the job's own end, which is a Fault: this job never ends by itself."""
    asked_to_stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_stop.set())  # an exception within py4j would break its connection
    while not asked_to_stop.wait(LOOK_SECONDS):
        if started.client.get_job_status().result().is_globally_terminal_state():
            raise Fault(f"the job has ended: {_why(started)}")
    started.client.cancel().result()
    log.info("stopped", job=started.job_id)


def _why(started: Started) -> str:
    try:
        started.client.get_job_execution_result().result()
    except Exception as error:  # noqa: BLE001 - py4j and PyFlink raise their own kinds, none in common
        return reason(error)
    return "without a reason"
