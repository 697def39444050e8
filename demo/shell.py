"""A command of the demo, shown as one would type it, and ended whole on an interrupt."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from sluice.terminal import FINDINGS, Fault, err, out

SECONDS_MAX: Final = 180
GRACE_SECONDS: Final = 10
TOLD_LINES: Final = 12
OURS: Final = "SLUICE_"
KEPT: Final = frozenset({"SLUICE_JARS"})  # where the programs are is the machine's, not a platform's


def show(*arguments: str, environment: Mapping[str, str], findings: bool = False) -> None:
    """Run `sluice ARGUMENTS` with its output on the terminal; Fault where it fails.

    ``findings`` says that the command may find something, which is no failure.
    """
    shown = _announce(arguments)
    code = _run(arguments, environment)
    if code and not (findings and code == FINDINGS):
        raise Fault(f"`{shown}` ended with exit code {code}")


def summarise(*arguments: str, environment: Mapping[str, str], log: Path) -> None:
    """Run `sluice ARGUMENTS`, keep what it prints in ``log``, and show its last line; Fault where it fails."""
    shown = _announce(arguments)
    with log.open("wb") as written:
        code = _run(arguments, environment, written)
    lines = log.read_text(errors="replace").strip().splitlines()
    if code:
        told = "\n".join(f"  {line[:300]}" for line in lines[-TOLD_LINES:])
        raise Fault(f"`{shown}` ended with exit code {code}; {log} says:\n{told}")
    if lines:
        out.print(lines[-1], markup=False)


def environment_of(given: Mapping[str, str]) -> dict[str, str]:
    """Ours without the user's own settings, which are for another platform than the demo's, and with the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS) or name in KEPT}
    return kept | dict(given)


def _announce(arguments: tuple[str, ...]) -> str:
    shown = shlex.join(("sluice", *arguments))
    err.print(f"[bold cyan]$ {shown}[/]")
    return shown


def _run(arguments: tuple[str, ...], environment: Mapping[str, str], output: IO[bytes] | None = None) -> int:
    command: list[str | Path] = [Path(sys.executable).with_name("sluice"), *arguments]
    # In a session of its own, so that whatever the command starts ends with it.
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        env=environment_of(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
    ) as child:
        try:
            return child.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired as late:
            _end(child)
            raise Fault(f"`{shlex.join(('sluice', *arguments))}` did not end within {SECONDS_MAX} s") from late
        except BaseException:
            _end(child)
            raise


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the whole session of the child: first politely, then for certain."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(GRACE_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
