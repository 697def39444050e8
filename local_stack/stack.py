"""The stack: broker, registry, S3 storage and Flink as processes of one home folder, started and stopped in order."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from local_stack import jars, processes, state
from local_stack.blueprint import PARTS, TASKMANAGER, Blueprint, Options
from local_stack.flink import flink_url
from local_stack.interrupts import interrupts_wait
from local_stack.part import Part
from local_stack.ports import LOOPBACK, Ports, taken
from local_stack.processes import Running
from local_stack.state import State
from local_stack.status import Status, examine
from local_stack.storage import Login, read_login, s3_url
from sluice.terminal import Fault

if TYPE_CHECKING:
    import subprocess

READY_SECONDS: Final = 120
STOP_SECONDS: Final = 30
POLL_SECONDS: Final = 0.2
TASKMANAGERS_MOST: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A step of a change: what happens to which part, and after how many seconds."""

    part: str
    step: str
    seconds: float


class Stack:
    """The processes of one home folder. As a context manager it stops on leaving whatever runs there."""

    def __init__(
        self,
        home: Path,
        ports: Ports | None = None,
        *,
        options: Options | None = None,
        jars_folder: Path | None = None,
        tell: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self.home = home.resolve()
        self.options = options or Options()
        self._asked_ports = ports
        self._jars_folder = jars_folder or jars.default_folder()
        self._tell = tell
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()

    @property
    def ports(self) -> Ports:
        """The ports of the running stack, else those asked for, else the defaults."""
        written = state.read(self.home)
        if written is not None and written.living():
            return written.ports
        return self._asked_ports or Ports()

    @property
    def bootstrap(self) -> str:
        """The broker's address, as Kafka clients take it."""
        return f"{LOOPBACK}:{self.ports.broker}"

    @property
    def registry_url(self) -> str:
        """The address of the registry's Confluent interface."""
        return self._blueprint().registry_url

    @property
    def flink_url(self) -> str:
        """The address of Flink's REST interface."""
        return flink_url(self.ports)

    @property
    def s3_url(self) -> str:
        """The address of the storage's S3 interface; its bucket is ``local_stack.storage.BUCKET``."""
        return s3_url(self.ports)

    @property
    def s3_access_key(self) -> str:
        """The storage's access key."""
        return self._s3_login().access_key

    @property
    def s3_secret_key(self) -> str:
        """The storage's secret key; made at random for this home, and never printed."""
        return self._s3_login().secret_key

    def addresses(self) -> dict[str, str]:
        """Where the parts answer, under the names by which the commands' settings know them."""
        return {
            "SLUICE_KAFKA_BOOTSTRAP": self.bootstrap,
            "SLUICE_REGISTRY_URL": self.registry_url,
            "SLUICE_VALIDATOR_FLINK_URL": self.flink_url,
        }

    def flink_environment(self) -> dict[str, str]:
        """The variables under which ``bin/flink`` of ``FLINK_HOME`` talks to this cluster."""
        return self._blueprint().cluster().environment()

    def client_settings(self, user: str = "admin") -> dict[str, str]:
        """What librdkafka needs to reach the broker, as the user where logins are on."""
        return self._blueprint().client_settings(user)

    def running(self) -> tuple[Running, ...]:
        """The processes that run, in the order in which they were started."""
        written = state.read(self.home)
        return written.living() if written else ()

    def status(self) -> tuple[Status, ...]:
        """How each process fares that was started and not stopped; one that died by itself is told as dead."""
        written = state.read(self.home)
        return tuple(examine(process) for process in written.processes) if written else ()

    def process(self, name: str) -> Running:
        """The process of that name: its pid, its log, its port for metrics."""
        for process in self.running():
            if process.name == name:
                return process
        raise Fault(f"the {name} does not run in the stack at {self.home}")

    def up(self, parts: Sequence[str] = PARTS) -> tuple[str, ...]:
        """Start what does not run yet of the named parts and wait until it answers; the names of what was started.

        All start at once, each with the same deadline. If one fails, or the caller interrupts, everything that this
        call has started is stopped again.
        """
        with state.locked(self.home):
            running = {process.name for process in self.running()}
            if running and self._asked_ports not in (None, self.ports):
                raise Fault(f"the stack at {self.home} is up already, on other ports; `sluice down` it first")
            missing = [name for name in self._blueprint().names(parts) if name not in running]
            self._start(missing)
        return tuple(missing)

    def down(self) -> tuple[str, ...]:
        """Stop everything, the last started first; the names of what was stopped. A second call finds nothing.

        What does not end, or may be another program by now, stays written down, and is told when the rest has stopped.
        """
        with state.locked(self.home):
            self._begun = time.monotonic()
            stopped, faults = self._stop_all(self.running())
            left = state.read(self.home)
            if left is not None:
                state.write(self.home, left.kept())
                faults = (*faults, *(_doubt(process, self.home) for process in left.in_doubt()))
        if faults:
            raise Fault("; ".join(faults))
        return stopped

    def start(self, name: str) -> None:
        """Start one part that was stopped or killed, on its old data and ports."""
        with state.locked(self.home):
            self._start([name])

    def stop(self, name: str) -> None:
        """Stop one part cleanly; its data stay."""
        with state.locked(self.home):
            self._begun = time.monotonic()
            self._stop(self.process(name))

    def restart(self, name: str) -> None:
        """Stop and start one part, on its old data and ports."""
        self.stop(name)
        self.start(name)

    def kill(self, name: str) -> None:
        """SIGKILL one part, as a crash would."""
        with state.locked(self.home):
            process = self.process(name)
            processes.kill(process)
            self._forget(process)

    def add_taskmanager(self) -> str:
        """Start one more TaskManager and wait until it has reported; its name."""
        names = {process.name for process in self.running()}
        for number in range(1, TASKMANAGERS_MOST + 1):
            if (name := f"{TASKMANAGER}{number}") not in names:
                self.start(name)
                return name
        raise Fault(f"the stack at {self.home} has {TASKMANAGERS_MOST} TaskManagers already, which is the limit")

    def _s3_login(self) -> Login:
        login = read_login(self._blueprint().storage_folder)
        if login is None:
            raise Fault(f"the stack at {self.home} has no storage yet; start the part `storage` first")
        return login

    def _blueprint(self) -> Blueprint:
        return Blueprint(home=self.home, ports=self.ports, options=self.options, jars_folder=self._jars_folder)

    def _start(self, names: Sequence[str]) -> None:
        if not names:
            return
        blueprint = self._blueprint()
        if not jars.fetched(self._jars_folder):
            self._say("jars", "fetching")
        parts = [blueprint.part(name) for name in names]
        if clashes := taken((part.name, port) for part in parts for port in part.ports):
            raise Fault(
                f"{'; '.join(str(clash) for clash in clashes)}; end that program, or choose other ports "
                "(`sluice up --help` names them, `sluice up --free-ports` takes any)"
            )
        self._begun = time.monotonic()
        try:
            for part in parts:
                self._spawn(part, blueprint.ports)
            for part in parts:
                self._await(part)
        except BaseException as error:
            # Interrupted or failed: what this call has started goes, what ran before stays.
            _, faults = self._stop_all(process for process in self.running() if process.name in names)
            if faults:
                raise Fault("; then ".join((str(error) or "interrupted", *faults))) from error
            raise

    def _spawn(self, part: Part, ports: Ports) -> None:
        self._say(part.name, "starting")
        command = part.command()
        with interrupts_wait():  # a process that is started is written down, or nobody would stop it
            process, child = processes.start(part.name, command, self.home / "log" / f"{part.name}.log")
            self._children[part.name] = child
            process = replace(process, ports=part.ports, metrics_port=part.metrics_port)
            before = state.read(self.home) or State(ports=ports)
            state.write(self.home, replace(before.kept(), ports=ports).with_process(process))

    def _await(self, part: Part) -> None:
        process = self.process(part.name)
        deadline = self._begun + READY_SECONDS
        while not part.ready():
            if not processes.alive(process):
                raise Fault(f"the {part.name} ended while it started; {processes.last_words(process)}")
            if time.monotonic() > deadline:
                raise Fault(f"the {part.name} did not answer within {READY_SECONDS} s; {processes.last_words(process)}")
            time.sleep(POLL_SECONDS)
        self._say(part.name, "ready")

    def _stop_all(self, running: Iterable[Running]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Stop each, the last first; the names of what was stopped, and what is to be told of what was not."""
        stopped: list[str] = []
        faults: list[str] = []
        for process in reversed(tuple(running)):
            try:
                self._stop(process)
                stopped.append(process.name)
            except Fault as fault:
                faults.append(str(fault))
        return tuple(stopped), tuple(faults)

    def _stop(self, process: Running) -> None:
        self._say(process.name, "stopping")
        processes.stop(process, STOP_SECONDS)
        self._forget(process)
        self._say(process.name, "stopped")

    def _forget(self, process: Running) -> None:
        child = self._children.pop(process.name, None)
        if child is not None:
            child.wait()
        written = state.read(self.home)
        if written is not None:
            state.write(self.home, written.without(process.name))

    def _say(self, part: str, step: str) -> None:
        self._tell(Progress(part=part, step=step, seconds=time.monotonic() - self._begun))


def _doubt(process: Running, home: Path) -> str:
    return (
        f"pid {process.pid} runs, and may be the {process.name} or another program: the clock was set since it was "
        f"started; look at it, end it if it is ours, and delete {home / 'state.json'}"
    )
