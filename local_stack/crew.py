"""The processes of one home: started and written down, waited for, stopped and forgotten."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local_stack import processes, state
from local_stack.interrupts import interrupts_wait
from local_stack.part import Part
from local_stack.ports import Ports
from local_stack.processes import Running
from local_stack.state import State
from sluice.terminal import Fault

if TYPE_CHECKING:
    import subprocess

READY_SECONDS: Final = 120
STOP_SECONDS: Final = 30
POLL_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A step of a change: what happens to which part, and after how many seconds."""

    part: str
    step: str
    seconds: float


class Crew:
    """The processes of ``home``. Who changes them holds the lock of its state."""

    def __init__(self, home: Path, tell: Callable[[Progress], None]) -> None:
        self._home = home
        self._tell = tell
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._begun = time.monotonic()

    def begin(self) -> None:
        """A new change: its seconds, and the patience with those that start, count from now."""
        self._begun = time.monotonic()

    def say(self, part: str, step: str) -> None:
        """Tell of a step."""
        self._tell(Progress(part=part, step=step, seconds=time.monotonic() - self._begun))

    def running(self) -> tuple[Running, ...]:
        """The processes that run, in the order in which they were started."""
        written = state.read(self._home)
        return written.living() if written else ()

    def process(self, name: str) -> Running:
        """The process of that name; Fault where it does not run."""
        for process in self.running():
            if process.name == name:
                return process
        raise Fault(f"the {name} does not run in the stack at {self._home}")

    def start(self, part: Part, ports: Ports) -> None:
        """Start the part and write it down."""
        self.say(part.name, "starting")
        command = part.command()
        with interrupts_wait():  # a process that is started is written down, or nobody would stop it
            process, child = processes.start(part.name, command, self._home / "log" / f"{part.name}.log")
            self._children[part.name] = child
            process = replace(process, ports=part.ports, metrics_port=part.metrics_port)
            before = state.read(self._home) or State(ports=ports)
            state.write(self._home, replace(before.kept(), ports=ports).with_process(process))

    def wait(self, part: Part) -> None:
        """Wait until the part answers; Fault with its last words where it ends, or takes too long."""
        process = self.process(part.name)
        deadline = self._begun + READY_SECONDS
        while not part.ready():
            if not processes.alive(process):
                raise Fault(f"the {part.name} ended while it started; {processes.last_words(process)}")
            if time.monotonic() > deadline:
                raise Fault(f"the {part.name} did not answer within {READY_SECONDS} s; {processes.last_words(process)}")
            time.sleep(POLL_SECONDS)
        self.say(part.name, "ready")

    def stop(self, process: Running) -> None:
        """Stop it cleanly and forget it; Fault where it does not end, and then it stays written down."""
        self.say(process.name, "stopping")
        processes.stop(process, STOP_SECONDS)
        self._forget(process)
        self.say(process.name, "stopped")

    def stop_all(self, running: Iterable[Running]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Stop each, the last first; the names of what was stopped, and what is to be told of what was not."""
        stopped: list[str] = []
        faults: list[str] = []
        for process in reversed(tuple(running)):
            try:
                self.stop(process)
                stopped.append(process.name)
            except Fault as fault:
                faults.append(str(fault))
        return tuple(stopped), tuple(faults)

    def kill(self, process: Running) -> None:
        """SIGKILL it, as a crash would, and forget it."""
        processes.kill(process)
        self._forget(process)

    def forget_the_dead(self) -> tuple[str, ...]:
        """Keep only what runs or may run; what is to be told of the latter."""
        left = state.read(self._home)
        if left is None:
            return ()
        state.write(self._home, left.kept())
        return tuple(
            f"pid {process.pid} runs, and may be the {process.name} or another program: the clock was set since it was "
            f"started; look at it, end it if it is ours, and delete {self._home / 'state.json'}"
            for process in left.in_doubt()
        )

    def _forget(self, process: Running) -> None:
        child = self._children.pop(process.name, None)
        if child is not None:
            child.wait()
        written = state.read(self._home)
        if written is not None:
            state.write(self._home, written.without(process.name))
