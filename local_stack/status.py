"""How the processes of a stack fare: alive, answering, since when, with how much memory."""

import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from local_stack import processes
from local_stack.ports import LOOPBACK, answers
from local_stack.processes import Running


class Health(StrEnum):
    """What can be said of a process from outside."""

    UP = "up"
    SILENT = "silent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One process; ``address`` is where it listens for its users, empty for one that only calls others."""

    name: str
    health: Health
    pid: int
    address: str
    memory_bytes: int
    up_seconds: float
    log: str

    def as_json(self) -> dict[str, Any]:
        """The status as a JSON object."""
        return {**asdict(self), "health": self.health.value}


def examine(process: Running) -> Status:
    """Look at the process now. It is silent while nobody accepts connections on one of its ports."""
    living = processes.alive(process)
    return Status(
        name=process.name,
        health=_health(process, living=living),
        pid=process.pid,
        address=f"{LOOPBACK}:{process.ports[0]}" if process.ports else "",
        memory_bytes=processes.memory_bytes(process),
        up_seconds=round(time.time() - process.started, 1) if living else 0.0,
        log=process.log,
    )


def _health(process: Running, *, living: bool) -> Health:
    if not living:
        return Health.DEAD
    return Health.UP if all(answers(port) for port in process.ports) else Health.SILENT
