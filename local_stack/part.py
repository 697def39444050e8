"""What a part of the stack is: a process that says how it is started and when it is ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from local_stack.jars import Jars
from local_stack.ports import Ports
from local_stack.processes import Command
from local_stack.programs import Java


class Part(Protocol):
    """One process of the stack. It is started by its command, and stopped by SIGTERM."""

    @property
    def name(self) -> str:
        """What people call it; unique in the stack."""

    @property
    def ports(self) -> tuple[int, ...]:
        """What it listens on, and must find free."""

    @property
    def metrics_port(self) -> int:
        """Where it may serve metrics; 0 where it has none."""

    def command(self) -> Command:
        """Write what the process reads, and tell how it is started."""

    def ready(self) -> bool:
        """Whether it answers as its users will ask; never raises, takes a few seconds at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What a part of one process has: a folder of its own, where its data live, and the ports of its stack."""

    folder: Path
    ports_of_stack: Ports
    name: str
    metrics_port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaServer(Server):
    """A server that runs on Java from fetched jars.

    ``users`` (name to password) turn on logins; ``settings`` go over the defaults of its configuration file.
    """

    jars: Jars
    java: Java
    users: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


def write_properties(path: Path, properties: Mapping[str, str]) -> None:
    """Write a Java properties file that only its owner may read: it can hold passwords."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{key}={_escaped(value)}\n" for key, value in properties.items()))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")
