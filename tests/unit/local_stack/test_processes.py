"""Processes: known by pid and start time, stopped politely and then not, never mistaken for another."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from local_stack.processes import Command, Running, alive, in_doubt, kill, last_words, start, stop

if TYPE_CHECKING:
    import subprocess

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


class Launcher:
    """Starts Python one-liners and buries them at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[subprocess.Popen[bytes]] = []

    def __call__(self, code: str, **environment: str) -> Running:
        command = Command(arguments=(sys.executable, "-c", code), environment=environment, folder=self.folder)
        running, child = start("sleeper", command, self.folder / "sleeper.log")
        self.children.append(child)
        return running


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launcher]:
    launcher = Launcher(tmp_path)
    yield launcher
    for child in launcher.children:
        child.kill()
        child.wait()


def wait_for_word(running: Running, word: str) -> None:
    while word not in Path(running.log).read_text():
        assert alive(running)


def test_a_started_process_is_alive_in_a_session_of_its_own(launch: Launcher) -> None:
    running = launch("import time; time.sleep(60)")
    assert alive(running)
    assert os.getsid(running.pid) == running.pid


def test_a_stopped_process_is_gone(launch: Launcher) -> None:
    running = launch("import time; time.sleep(60)")
    stop(running, patience_seconds=10)
    assert not alive(running)


def test_a_process_deaf_to_sigterm_is_killed_when_the_patience_ends(launch: Launcher) -> None:
    running = launch(STUBBORN)
    wait_for_word(running, "deaf")
    stop(running, patience_seconds=0.3)
    assert not alive(running)


def test_a_step_of_the_clock_hides_no_process(launch: Launcher) -> None:
    running = launch("import time; time.sleep(60)")
    stepped = replace(running, started=running.started - 3600)
    assert alive(stepped)
    stop(stepped, patience_seconds=10)
    assert not alive(running)


def test_without_ticks_the_time_of_the_start_tells_within_a_tolerance(launch: Launcher) -> None:
    running = launch("import time; time.sleep(60)")
    assert alive(replace(running, ticks=None, started=running.started + 0.5))
    assert not alive(replace(running, ticks=None, started=running.started - 100))


def test_a_pid_that_lives_is_in_doubt_only_where_the_clock_alone_speaks_against_it(launch: Launcher) -> None:
    running = launch("import time; time.sleep(60)")
    assert in_doubt(replace(running, ticks=None, started=running.started - 100))
    assert not in_doubt(replace(running, ticks=None))
    assert not in_doubt(recycled(running))
    stop(running, patience_seconds=10)
    assert not in_doubt(replace(running, ticks=None, started=running.started - 100))


def recycled(running: Running) -> Running:
    assert running.ticks is not None
    return replace(running, ticks=running.ticks - 100)


def test_a_recycled_pid_is_neither_alive_nor_stopped_nor_killed(launch: Launcher) -> None:
    running = launch("import time; time.sleep(60)")
    other = recycled(running)
    stop(other, patience_seconds=1)
    kill(other)
    assert not alive(other)
    assert alive(running)


@pytest.mark.parametrize("end", [kill, lambda running: stop(running, patience_seconds=10)], ids=["kill", "stop"])
def test_what_a_process_had_started_ends_with_it(launch: Launcher, end: Callable[[Running], None]) -> None:
    running = launch(
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print('child', child.pid, flush=True)\n"
        "child.wait()"
    )
    wait_for_word(running, "\n")
    child = psutil.Process(int(Path(running.log).read_text().split()[1]))
    end(running)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_stopping_twice_is_fine(launch: Launcher) -> None:
    running = launch("import time; time.sleep(60)")
    kill(running)
    stop(running, patience_seconds=1)
    assert not alive(running)


def test_what_a_process_prints_is_its_log_and_the_environment_is_added_to(launch: Launcher) -> None:
    running = launch("import os; print(os.environ['COLOUR'], 'PATH' in os.environ)", COLOUR="green")
    launch.children[0].wait()
    assert last_words(running) == f"{running.log} says:\n  green True"


def test_a_log_that_is_missing_is_no_second_error(tmp_path: Path) -> None:
    running = Running(name="broker", pid=1, started=0.0, log=str(tmp_path / "none.log"))
    assert last_words(running).endswith("says:\n  (nothing)")
