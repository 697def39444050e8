"""A command of the demo, shown as one would type it, run with its own output, and ended whole on an interrupt."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sluice.terminal import Fault, err

SECONDS_MAX: Final = 180
GRACE_SECONDS: Final = 10


def sluice(*arguments: str, environment: Mapping[str, str], quiet: bool = False) -> None:
    """Run `sluice ARGUMENTS`; Fault where it fails, with what it wrote already on the terminal.

    ``quiet`` keeps its standard output away; what it reports of its progress and faults is shown all the same.
    """
    shown = shlex.join(("sluice", *arguments))
    err.print(f"[bold cyan]$ {shown}[/]")
    command: list[str | Path] = [Path(sys.executable).with_name("sluice"), *arguments]
    # In a session of its own, so that whatever the command starts ends with it.
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
        start_new_session=True,
    ) as child:
        try:
            code = child.wait(SECONDS_MAX)
        except BaseException as ended:
            _end(child)
            if isinstance(ended, subprocess.TimeoutExpired):
                raise Fault(f"`{shown}` did not end within {SECONDS_MAX} s") from ended
            raise
    if code:
        raise Fault(f"`{shown}` ended with exit code {code}")


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(GRACE_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
