"""The ports of the stack: their defaults, free ones for tests, and who holds one that is taken."""

import socket
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from typing import Final, Self

import psutil

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """TCP ports on the loopback address; the defaults are those of Kafka's and Flink's own manuals.

    ``metrics`` is where the first TaskManager may serve its job's metrics; the second uses the next port, and so on.
    """

    broker: int = 9092
    controller: int = 9093
    registry: int = 8085
    registry_management: int = 8086
    flink: int = 8081
    flink_rpc: int = 6123
    metrics: int = 9250

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody listens on now; all are held until the last is known, so no two are equal."""
        with ExitStack() as held:
            return cls(**{field.name: _free_port(held) for field in fields(cls)})

    def as_json(self) -> dict[str, int]:
        """The ports by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A port that a part of the stack needs and another program listens on; ``holder`` is empty where unknown."""

    part: str
    port: int
    holder: str

    def __str__(self) -> str:
        by = f" by {self.holder}" if self.holder else " by another program"
        return f"port {self.port} of the {self.part} is taken{by}"


def taken(wanted: Iterable[tuple[str, int]]) -> tuple[Taken, ...]:
    """Those of the wanted (part, port) pairs that cannot be listened on."""
    return tuple(Taken(part=part, port=port, holder=_holder(port)) for part, port in wanted if not can_listen(port))


def any_free(port: int) -> int:
    """The port itself where it can be listened on, else any free one."""
    if can_listen(port):
        return port
    with ExitStack() as held:
        return _free_port(held)


def can_listen(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        # Servers reuse addresses too: a connection that still lingers after a stop does not block a start.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return not answers(port)


def answers(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def _free_port(held: ExitStack) -> int:
    listener = held.enter_context(socket.socket())
    listener.bind((LOOPBACK, 0))
    port: int = listener.getsockname()[1]
    return port


def _holder(port: int) -> str:
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return ""
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.pid and connection.laddr[1:] == (port,):
            return f"pid {connection.pid} ({_program(connection.pid)})"
    return ""


def _program(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return "unknown"
