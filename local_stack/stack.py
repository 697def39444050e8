"""The stack: broker, registry, S3 storage and Flink as processes of one home folder, started and stopped in order."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from local_stack import jars, state
from local_stack.blueprint import PARTS, TASKMANAGER, Blueprint, Options
from local_stack.crew import Crew, Progress
from local_stack.flink import flink_url
from local_stack.ports import LOOPBACK, Ports, taken
from local_stack.processes import Running
from local_stack.status import Status, examine
from local_stack.storage import BUCKET, Login, login_files, read_login, s3_url
from sluice.terminal import Fault

TASKMANAGERS_MOST: Final = 64


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
        self._crew = Crew(self.home, tell)

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
        """Where the parts answer, under the names by which the commands' settings know them.

        The storage, where the home has one, with the files of its login.
        """
        return {
            "SLUICE_KAFKA_BOOTSTRAP": self.bootstrap,
            "SLUICE_REGISTRY_URL": self.registry_url,
            "SLUICE_VALIDATOR_FLINK_URL": self.flink_url,
            **self._lake(),
        }

    def flink_environment(self) -> dict[str, str]:
        """The variables under which ``bin/flink`` of ``FLINK_HOME`` talks to this cluster."""
        return self._blueprint().cluster().environment()

    def client_settings(self, user: str = "admin") -> dict[str, str]:
        """What librdkafka needs to reach the broker, as the user where logins are on."""
        return self._blueprint().client_settings(user)

    def running(self) -> tuple[Running, ...]:
        """The processes that run, in the order in which they were started."""
        return self._crew.running()

    def status(self) -> tuple[Status, ...]:
        """How each process fares that was started and not stopped; one that died by itself is told as dead."""
        written = state.read(self.home)
        return tuple(examine(process) for process in written.processes) if written else ()

    def process(self, name: str) -> Running:
        """The process of that name: its pid, its log, its port for metrics."""
        return self._crew.process(name)

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
            self._crew.begin()
            stopped, faults = self._crew.stop_all(self.running())
            doubts = self._crew.forget_the_dead()
        if faults or doubts:
            raise Fault("; ".join((*faults, *doubts)))
        return stopped

    def start(self, name: str) -> None:
        """Start one part that was stopped or killed, on its old data and ports."""
        with state.locked(self.home):
            self._start([name])

    def stop(self, name: str) -> None:
        """Stop one part cleanly; its data stay."""
        with state.locked(self.home):
            self._crew.begin()
            self._crew.stop(self.process(name))

    def restart(self, name: str) -> None:
        """Stop and start one part, on its old data and ports."""
        self.stop(name)
        self.start(name)

    def kill(self, name: str) -> None:
        """SIGKILL one part, as a crash would."""
        with state.locked(self.home):
            self._crew.kill(self.process(name))

    def add_taskmanager(self) -> str:
        """Start one more TaskManager and wait until it has reported; its name."""
        names = {process.name for process in self.running()}
        for number in range(1, TASKMANAGERS_MOST + 1):
            if (name := f"{TASKMANAGER}{number}") not in names:
                self.start(name)
                return name
        raise Fault(f"the stack at {self.home} has {TASKMANAGERS_MOST} TaskManagers already, which is the limit")

    def _lake(self) -> dict[str, str]:
        folder = self._blueprint().storage_folder
        if read_login(folder) is None:
            return {}
        access_key, secret_key = login_files(folder)
        return {
            "SLUICE_LAKE_ROOT": f"s3://{BUCKET}",
            "SLUICE_LAKE_ENDPOINT": self.s3_url,
            "SLUICE_LAKE_ACCESS_KEY_FILE": str(access_key),
            "SLUICE_LAKE_SECRET_KEY_FILE": str(secret_key),
        }

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
            self._crew.say("jars", "fetching")
        parts = [blueprint.part(name) for name in names]
        if clashes := taken((part.name, port) for part in parts for port in part.ports):
            raise Fault(
                f"{'; '.join(str(clash) for clash in clashes)}; end that program, or choose other ports "
                "(`sluice up --help` names them, `sluice up --free-ports` takes any)"
            )
        self._crew.begin()
        try:
            for part in parts:
                self._crew.start(part, blueprint.ports)
            for part in parts:
                self._crew.wait(part)
        except BaseException as error:
            # Interrupted or failed: what this call has started goes, what ran before stays.
            _, faults = self._crew.stop_all(process for process in self.running() if process.name in names)
            if faults:
                raise Fault("; then ".join((str(error) or "interrupted", *faults))) from error
            raise
