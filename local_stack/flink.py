"""Flink: a JobManager and TaskManagers of one slot, from the installed apache-flink package, which stays untouched."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import httpx

from local_stack.flink_home import build
from local_stack.jars import Jars
from local_stack.ports import LOOPBACK, Ports
from local_stack.processes import Command
from local_stack.programs import Java, shared_python
from sluice.terminal import Fault

PROBE_SECONDS: Final = 3
JOBMANAGER_MEMORY: Final = "900m"
TASKMANAGER_MEMORY: Final = "1400m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What JobManager and TaskManagers share: a FLINK_HOME of links in ``folder``, with its configuration."""

    folder: Path
    ports_of_stack: Ports
    jars: Jars
    java: Java
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The FLINK_HOME: bin, lib, opt, plugins and conf."""
        return self.folder / "home"

    def build(self) -> None:
        """Lay out the FLINK_HOME again; cheap, so a new release of a jar or a setting is never missed."""
        build(self.home, installed(), self.jars, self._settings())

    def environment(self) -> dict[str, str]:
        """The variables under which Flink's own programs (``bin/flink run``) find this cluster.

        PATH names our Python's folder first: in thread mode a TaskManager loads whichever ``python`` it finds there.
        """
        return {
            "FLINK_HOME": str(self.home),
            "FLINK_PLUGINS_DIR": str(self.home / "plugins"),
            "FLINK_CONF_DIR": str(self.home / "conf"),
            "FLINK_LOG_DIR": str(self.folder / "log"),
            "FLINK_PID_DIR": str(self.folder / "pid"),
            "JAVA_HOME": str(self.java.home),
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
        }

    def run(self, script: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Command:
        """A program of Flink's bin folder in the foreground: it replaces itself by Java, so its pid stays."""
        for name in ("log", "pid", "tmp", "checkpoints", "savepoints"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        return Command(
            arguments=("bash", self.home / "bin" / script, "start-foreground", *arguments),
            environment=self.environment() | dict(environment or {}),
            folder=self.folder,
        )

    def ask(self, path: str) -> dict[str, Any] | None:
        """The JSON answer of the REST interface; None where there is none."""
        try:
            answer = httpx.get(f"{flink_url(self.ports_of_stack)}{path}", timeout=PROBE_SECONDS, trust_env=False)
            answer.raise_for_status()
        except httpx.HTTPError:
            return None
        document: dict[str, Any] = answer.json()
        return document

    def _settings(self) -> dict[str, str]:
        ours = {
            "jobmanager.rpc.address": LOOPBACK,
            "jobmanager.rpc.port": str(self.ports_of_stack.flink_rpc),
            "jobmanager.bind-host": LOOPBACK,
            "jobmanager.memory.process.size": JOBMANAGER_MEMORY,
            "rest.address": LOOPBACK,
            "rest.bind-address": LOOPBACK,
            "rest.port": str(self.ports_of_stack.flink),
            "taskmanager.host": LOOPBACK,
            "taskmanager.bind-host": LOOPBACK,
            "taskmanager.numberOfTaskSlots": "1",
            "taskmanager.memory.process.size": TASKMANAGER_MEMORY,
            # The job keeps no state to speak of: its heap is worth more than memory that Flink manages by itself.
            "taskmanager.memory.managed.size": "64m",
            "parallelism.default": "1",
            # A killed TaskManager is noticed within seconds; the default is 50.
            "heartbeat.interval": "2000",
            "heartbeat.timeout": "6000",
            "execution.checkpointing.dir": (self.folder / "checkpoints").as_uri(),
            "execution.checkpointing.savepoint-dir": (self.folder / "savepoints").as_uri(),
            "io.tmp.dirs": str(self.folder / "tmp"),
            "web.tmpdir": str(self.folder / "tmp"),
            "python.executable": sys.executable,
            "python.client.executable": sys.executable,
        }
        return ours | dict(self.settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobManager:
    """The one that plans jobs, restarts them, and answers on the REST port."""

    cluster: Cluster
    name: str = "jobmanager"
    metrics_port: int = 0

    @property
    def ports(self) -> tuple[int, ...]:
        """REST, and the port on which TaskManagers report."""
        return (self.cluster.ports_of_stack.flink, self.cluster.ports_of_stack.flink_rpc)

    def command(self) -> Command:
        """Run it in the foreground."""
        self.cluster.build()
        return self.cluster.run("jobmanager.sh")

    def ready(self) -> bool:
        """Whether it tells about the cluster."""
        return self.cluster.ask("/overview") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskManager:
    """One slot, one Python. ``incarnation`` tells a restarted one from its killed predecessor, still on the list."""

    cluster: Cluster
    name: str
    incarnation: str
    metrics_port: int
    ports: tuple[int, ...] = ()

    @property
    def resource(self) -> str:
        """The name by which the JobManager lists it."""
        return f"{self.name}-{self.incarnation}"

    def command(self) -> Command:
        """Run it in the foreground; a job's Python may serve metrics on the port that the environment names."""
        shared_python()  # else every job would fail, with a word on Java's class loader and none on Python
        self.cluster.build()
        return self.cluster.run(
            "taskmanager.sh",
            "-D",
            f"taskmanager.resource-id={self.resource}",
            environment={"SLUICE_METRICS_PORT": str(self.metrics_port)},
        )

    def ready(self) -> bool:
        """Whether the JobManager has it on its list, with a slot."""
        answer = self.cluster.ask("/taskmanagers") or {}
        return any(each["id"] == self.resource and each["slotsNumber"] for each in answer.get("taskmanagers", ()))


def flink_url(ports: Ports) -> str:
    """The address of the JobManager's REST interface and web page."""
    return f"http://{LOOPBACK}:{ports.flink}"


def installed() -> Path:
    """The folder of the installed apache-flink package."""
    found = find_spec("pyflink")
    if found is None or not found.submodule_search_locations:
        raise Fault("Flink is not installed; run `make setup`, or `pip install '.[flink]'` in the checkout")
    return Path(next(iter(found.submodule_search_locations)))
