"""The state file: which processes a stack has started, on which ports. No secret is in it."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from local_stack.ports import Ports
from local_stack.processes import Running, alive, in_doubt
from sluice.terminal import Fault

FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The ports of the stack, and its processes in the order in which they were started."""

    ports: Ports
    processes: tuple[Running, ...] = ()

    def living(self) -> tuple[Running, ...]:
        """The processes that still run."""
        return tuple(process for process in self.processes if alive(process))

    def in_doubt(self) -> tuple[Running, ...]:
        """The processes of which nobody can say whether they still run."""
        return tuple(process for process in self.processes if in_doubt(process))

    def kept(self) -> "State":
        """The state without what has certainly ended."""
        return replace(self, processes=tuple(each for each in self.processes if alive(each) or in_doubt(each)))

    def with_process(self, process: Running) -> "State":
        """The state with this process added, in place of an older one of that name."""
        return replace(self, processes=(*self.without(process.name).processes, process))

    def without(self, name: str) -> "State":
        """The state without the process of that name."""
        return replace(self, processes=tuple(process for process in self.processes if process.name != name))


def read(home: Path) -> State | None:
    """The state of the stack at ``home``; None where none was started, or all of it was stopped."""
    path = home / "state.json"
    if not path.exists():
        return None
    try:
        written = json.loads(path.read_text())
        return State(
            ports=Ports(**written["ports"]),
            processes=tuple(Running(**{**each, "ports": tuple(each["ports"])}) for each in written["processes"]),
        )
    except (ValueError, KeyError, TypeError) as broken:
        raise Fault(
            f"{path} is no state file of this release ({broken}); stop its processes by hand, then delete it"
        ) from broken


def write(home: Path, state: State) -> None:
    """Keep the state; the file is replaced in one step. A stack without processes leaves no file."""
    path = home / "state.json"
    if not state.processes:
        path.unlink(missing_ok=True)
        return
    home.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        {
            "format": FORMAT,
            "ports": state.ports.as_json(),
            "processes": [process.as_json() for process in state.processes],
        },
        indent=2,
    )
    fresh = path.with_suffix(".new")
    fresh.write_text(text + "\n")
    fresh.replace(path)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the stack for one change; a second change at the same time is refused, not interleaved."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise Fault(f"another command is changing the stack at {home}; wait for it, then try again") from busy
        yield
