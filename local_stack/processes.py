"""A process of the stack: started in the foreground with its own log, known by pid and start, stopped in time."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from sluice.terminal import Fault

POLL_SECONDS: Final = 0.1
KILL_SECONDS: Final = 10
TAIL_LINES: Final = 8
CLOCK_SECONDS: Final = 2
STARTTIME: Final = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to start: the arguments, and what the environment says beyond our own."""

    arguments: tuple[str | Path, ...]
    environment: Mapping[str, str]
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started process.

    ``ticks`` (of the system's clock since it was booted, when the process started) makes a recycled pid recognisable;
    None where the system has no /proc, or an older release wrote it down: there ``started`` (seconds since 1970) has to
    do, which a step of the wall clock changes. It listens on ``ports``; ``metrics_port`` is where a TaskManager's job
    may serve metrics, 0 elsewhere.
    """

    name: str
    pid: int
    started: float
    log: str
    ports: tuple[int, ...] = ()
    metrics_port: int = 0
    ticks: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The process as the state file keeps it."""
        return asdict(self)


def start(name: str, command: Command, log: Path) -> tuple[Running, subprocess.Popen[bytes]]:
    """Start the command in a session of its own, so that a Ctrl-C of the caller does not reach it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command.folder.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as written:
        child = subprocess.Popen(  # noqa: S603 - the stack's own programs, argued where each command is made
            command.arguments,
            env={**os.environ, **command.environment},
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    created = psutil.Process(child.pid).create_time()
    return Running(name=name, pid=child.pid, started=created, log=str(log), ticks=_ticks(child.pid)), child


def alive(running: Running) -> bool:
    """Whether this very process still runs; another one with its pid, or a dead one not yet buried, does not count."""
    return _process(running) is not None


def in_doubt(running: Running) -> bool:
    """Whether the pid lives, and nothing but the wall clock, which may have been set, says that it is another's."""
    if running.ticks is not None or alive(running):
        return False
    try:
        return psutil.Process(running.pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def memory_bytes(running: Running) -> int:
    """Resident memory of the process and its children."""
    process = _process(running)
    if process is None:
        return 0
    try:
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


def kill(running: Running) -> None:
    """SIGKILL, as a crash would; returns when the process is gone, and what it had started with it."""
    if _signal(running, signal.SIGKILL):
        _gone(running, patience_seconds=KILL_SECONDS)
        _sweep(running)


def stop(running: Running, patience_seconds: float) -> None:
    """SIGTERM, wait, and SIGKILL where the patience ends; returns when the process and what it had started is gone."""
    if not _signal(running, signal.SIGTERM):
        return
    if not _gone(running, patience_seconds):
        _signal(running, signal.SIGKILL)
        if not _gone(running, KILL_SECONDS):
            raise Fault(f"the {running.name} (pid {running.pid}) does not end, not even by SIGKILL")
    _sweep(running)


def last_words(running: Running) -> str:
    """The last lines of the log, indented, after a word on where it is."""
    try:
        lines = Path(running.log).read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    tail = "\n".join(f"  {line[:300]}" for line in lines[-TAIL_LINES:]) or "  (nothing)"
    return f"{running.log} says:\n{tail}"


def _process(running: Running) -> psutil.Process | None:
    try:
        process = psutil.Process(running.pid)
        if not _same(process, running) or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except psutil.NoSuchProcess:
        return None
    return process


def _same(process: psutil.Process, running: Running) -> bool:
    if running.ticks is not None:
        return _ticks(process.pid) == running.ticks
    return abs(process.create_time() - running.started) < CLOCK_SECONDS


def _ticks(pid: int) -> int | None:
    """Field 22 of /proc/PID/stat, starttime (man proc_pid_stat); None where there is no such file."""
    try:
        told = Path("/proc", str(pid), "stat").read_text(errors="replace")
    except OSError:
        return None
    # The second field is the program's name in brackets, and may itself hold blanks and brackets.
    return int(told.rpartition(")")[2].split()[STARTTIME - 3])


def _signal(running: Running, number: signal.Signals) -> bool:
    """Send the signal; whether the very process was there to get it."""
    process = _process(running)
    if process is None:
        return False
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return False
    return True


def _sweep(running: Running) -> None:
    """Kill what a process that has just ended leaves behind: Flink's start scripts run helpers of their own.

    Each process leads a group of its own, whose number the system gives to nobody while a member lives.
    """
    deadline = time.monotonic() + KILL_SECONDS
    while (left := _members(running.pid)) and time.monotonic() < deadline:
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        time.sleep(POLL_SECONDS)


def _members(group: int) -> list[psutil.Process]:
    """The living processes of a group; dead ones that nobody has buried yet do not count."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def _gone(running: Running, patience_seconds: float) -> bool:
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        if not alive(running):
            return True
        time.sleep(POLL_SECONDS)
    return not alive(running)
