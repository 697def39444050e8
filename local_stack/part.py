"""What a part of the stack is: a process that says how it is started and when it is ready."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from local_stack.processes import Command


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


def write_properties(path: Path, properties: Mapping[str, str]) -> None:
    """Write a Java properties file that only its owner may read: it can hold passwords."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{key}={_escaped(value)}\n" for key, value in properties.items()))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")
