"""Stopping: one part that will not end leaves no other running, and is told and remembered."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stack import processes, state
from local_stack.ports import Ports
from local_stack.processes import Command, Running
from local_stack.stack import Stack
from local_stack.state import State
from sluice.terminal import Fault

NAMES = ("broker", "registry", "storage")


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Running, ...]]:
    command = Command(arguments=(sys.executable, "-c", "import time; time.sleep(60)"), environment={}, folder=tmp_path)
    started = [processes.start(name, command, tmp_path / "log") for name in NAMES]
    state.write(tmp_path, State(ports=Ports(), processes=tuple(running for running, _ in started)))
    yield tuple(running for running, _ in started)
    for _, child in started:
        child.kill()
        child.wait()


def test_one_part_that_does_not_end_leaves_no_other_running(
    tmp_path: Path, three: tuple[Running, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = processes.stop

    def deaf(running: Running, patience_seconds: float) -> None:
        if running.name == "registry":
            raise Fault("the registry does not end")
        stop(running, patience_seconds)

    monkeypatch.setattr(processes, "stop", deaf)
    with pytest.raises(Fault, match="the registry does not end"):
        Stack(tmp_path).down()
    assert [processes.alive(each) for each in three] == [False, True, False]
    assert [each.name for each in Stack(tmp_path).running()] == ["registry"]
