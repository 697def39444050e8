"""`sluice run land` and `sluice submit land`: records as they are, from the topics to the files of the lake."""

import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import rich_click as click
from structlog.typing import FilteringBoundLogger

from connections.logs import configure
from sluice.terminal import CLEAN, emit_json, faults_as_sentences, out
from validator.commands.land_options import deployment_of, shared
from validator.commands.until_stopped import until_stopped
from validator.job import reason
from validator.landing.deploy import LandingDriver, Started
from validator.running import LOCAL

STOP_SECONDS: Final = 60


@click.command("land")
@shared
def run_land(*, from_files: bool, as_json: bool, config: Path | None, **asked: Any) -> None:
    """Land validated records and dead letters as Parquet files, on a small Flink inside this process.

    For development and small streams: nothing restarts it but you. It goes on where the files end, and completes
    them when it is stopped.

    Exit 0: stopped by Ctrl-C. 2: the world's fault or a bad call.
    """
    del as_json  # the log is JSON already
    log = configure("sluice-run")
    with faults_as_sentences():
        driver = LandingDriver(deployment_of({**asked, "config": config}, log, target=LOCAL), log)
        started = driver.start(from_files=from_files)
        until_stopped(started.client)
        _complete(started, log)
        log.info("stopped", job=started.job_id)
    sys.exit(CLEAN)


@click.command("land")
@shared
@click.option("--flink", metavar="URL", help="The JobManager's REST address.")
@click.option("--upgrade", is_flag=True, help="Replace the running job by this one, losing and doubling nothing.")
def submit_land(*, upgrade: bool, from_files: bool, as_json: bool, config: Path | None, **asked: Any) -> None:
    """Land validated records and dead letters as Parquet files, on a running Flink cluster.

    Every topic with one of the endings is landed, those that come later too. The job takes a slot of its own.

    Exit 0: it runs, and its first checkpoint is complete. 2: the world's fault or a bad call; nothing was lost.
    """
    log = configure("sluice-submit")
    with faults_as_sentences():
        driver = LandingDriver(deployment_of({**asked, "config": config}, log), log)
        started = driver.start(upgrade=upgrade, from_files=from_files)
        driver.verify(started)
    told = {
        "job": started.job_id,
        "way": started.way.value,
        "why": started.why,
        "savepoint": started.savepoint,
        "lake": driver.root,
        "topics": list(started.topics),
        "filled": started.missing,
    }
    if as_json:
        emit_json(told)
    else:
        topics = f"{len(started.topics)} topic{'' if len(started.topics) == 1 else 's'}"
        out.print(f"[green]running[/] {started.job_id} ({started.way.value}: {started.why}); {topics} to {driver.root}")
    sys.exit(CLEAN)


def _complete(started: Started, log: FilteringBoundLogger) -> None:
    """Stop with a savepoint, which completes the open files; the savepoint itself nobody needs, the files tell."""
    from pyflink.java_gateway import get_gateway  # noqa: PLC0415 - Flink is an extra; only stopping a job needs it

    java = get_gateway().jvm
    kind = java.org.apache.flink.core.execution.SavepointFormatType.NATIVE
    with tempfile.TemporaryDirectory(prefix="sluice-stop-") as folder:
        # PyFlink's own method lacks the kind of savepoint that Java's asks for.
        stopping = started.client._j_job_client.stopWithSavepoint(False, f"file://{folder}", kind)  # noqa: FBT003, SLF001 - Java's signature, and see above
        try:
            stopping.get(STOP_SECONDS, java.java.util.concurrent.TimeUnit.SECONDS)
        except Exception as error:  # noqa: BLE001 - py4j's own kind; what was not completed lands at the next start
            log.warning("files not completed", why=reason(error))
            started.client.cancel().result()
