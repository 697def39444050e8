"""Waiting beside a job that runs in this process, until somebody asks it to stop."""

import signal
from threading import Event
from typing import Any, Final

from sluice.terminal import Fault
from validator.job import reason

LOOK_SECONDS: Final = 1.0


def until_stopped(client: Any) -> None:
    """Wait for Ctrl-C, SIGTERM or the job's own end, which is a Fault: no job of ours ends by itself.

    ``client`` is Flink's JobClient.
    """
    asked_to_stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_stop.set())  # an exception within py4j would break its connection
    while not asked_to_stop.wait(LOOK_SECONDS):
        if client.get_job_status().result().is_globally_terminal_state():
            raise Fault(f"the job has ended: {_why(client)}")


def _why(client: Any) -> str:
    try:
        client.get_job_execution_result().result()
    except Exception as error:  # noqa: BLE001 - py4j and PyFlink raise their own kinds, none in common
        return reason(error)
    return "without a reason"
