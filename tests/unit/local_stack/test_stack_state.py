"""The state file: what it keeps, what it refuses, and the lock beside it."""

import json
import os
from pathlib import Path

import psutil
import pytest

from local_stack import state
from local_stack.ports import Ports
from local_stack.processes import Running
from local_stack.state import State
from sluice.terminal import Fault

OURSELVES = Running(
    name="broker", pid=os.getpid(), started=psutil.Process().create_time(), log="broker.log", ports=(1, 2)
)
GONE = Running(name="registry", pid=os.getpid(), started=1.0, ticks=1, log="registry.log")
DOUBTED = Running(name="storage", pid=os.getpid(), started=1.0, log="storage.log")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = State(ports=Ports(broker=7), processes=(OURSELVES, GONE))
    state.write(tmp_path, written)
    assert state.read(tmp_path) == written


def test_only_processes_that_run_are_living() -> None:
    assert State(ports=Ports(), processes=(OURSELVES, GONE)).living() == (OURSELVES,)


def test_a_living_pid_that_only_the_clock_speaks_against_is_neither_living_nor_forgotten() -> None:
    written = State(ports=Ports(), processes=(OURSELVES, GONE, DOUBTED))
    assert written.living() == (OURSELVES,)
    assert written.kept().processes == (OURSELVES, DOUBTED)


def test_a_state_of_the_release_before_ticks_is_read(tmp_path: Path) -> None:
    state.write(tmp_path, State(ports=Ports(), processes=(DOUBTED,)))
    path = tmp_path / "state.json"
    written = json.loads(path.read_text())
    del written["processes"][0]["ticks"]
    path.write_text(json.dumps(written))
    assert state.read(tmp_path) == State(ports=Ports(), processes=(DOUBTED,))


def test_a_process_started_again_takes_the_place_of_its_predecessor() -> None:
    again = State(ports=Ports(), processes=(GONE,)).with_process(GONE)
    assert again.processes == (GONE,)
    assert again.without("registry").processes == ()


def test_a_stack_without_processes_leaves_no_file(tmp_path: Path) -> None:
    state.write(tmp_path, State(ports=Ports(), processes=(OURSELVES,)))
    state.write(tmp_path, State(ports=Ports()))
    assert list(tmp_path.iterdir()) == []
    assert state.read(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", '{"ports": {}}', '{"ports": {"fax": 1}, "processes": []}'])
def test_a_broken_state_file_is_told_and_not_guessed(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(Fault, match=r"is no state file of this release"):
        state.read(tmp_path)


def test_two_changes_at_once_are_refused(tmp_path: Path) -> None:
    with (
        state.locked(tmp_path),
        pytest.raises(Fault, match="another command is changing the stack"),
        state.locked(tmp_path),
    ):
        raise AssertionError("the lock was given twice")
