"""The commands where nothing runs, and bad calls; what starts processes is tested with the real ones."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from local_stack.ports import Ports
from local_stack.processes import Running
from local_stack.state import State, write
from sluice.cli import main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "stack"


def sluice(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_down_where_nothing_runs_is_clean(home: Path) -> None:
    result = sluice("down", "--home", home)
    assert (result.exit_code, result.stdout) == (0, f"Nothing runs at {home}.\n")


def test_status_where_nothing_runs_is_a_finding_and_names_the_way_out(home: Path) -> None:
    result = sluice("status", "--home", home)
    assert result.exit_code == 1
    assert "`sluice up` starts the stack" in result.stdout


def test_answers_for_machines_are_json_alone(home: Path) -> None:
    assert json.loads(sluice("status", "--json", "--home", home).stdout) == {"processes": []}
    assert json.loads(sluice("down", "--json", "--home", home).stdout) == {"stopped": []}


def test_a_process_that_died_by_itself_is_told_and_then_forgotten_by_down(home: Path) -> None:
    dead = Running(name="broker", pid=1, started=1.0, ticks=-1, log="broker.log", ports=(9,))
    write(home, State(ports=Ports(), processes=(dead,)))
    result = sluice("status", "--json", "--home", home)
    (told,) = json.loads(result.stdout)["processes"]
    assert (result.exit_code, told["name"], told["health"], told["memory_bytes"]) == (1, "broker", "dead", 0)
    assert sluice("down", "--home", home).exit_code == 0
    assert json.loads(sluice("status", "--json", "--home", home).stdout) == {"processes": []}


def test_down_names_what_it_cannot_be_sure_of_and_does_not_forget_it(home: Path) -> None:
    doubted = Running(name="broker", pid=1, started=1.0, log="broker.log", ports=(9,))
    write(home, State(ports=Ports(), processes=(doubted,)))
    for _ in range(2):
        result = sluice("down", "--home", home)
        assert result.exit_code == 2
        assert "pid 1 runs, and may be the broker or another program" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [("--only", "zookeeper"), ("--taskmanagers", "0"), ("--broker-port", "99999"), ("--broker-port", "nine")],
)
def test_a_bad_call_is_exit_two(home: Path, arguments: tuple[str, str]) -> None:
    assert sluice("up", "--home", home, *arguments).exit_code == 2
