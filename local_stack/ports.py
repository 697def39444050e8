"""The ports of the stack: their defaults, free ones for tests, and who holds one that is taken."""

import secrets
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from typing import Final, Self

import psutil

from sluice.terminal import Fault

LOOPBACK: Final = "127.0.0.1"
STORAGE_BLOCK: Final = 9
STORAGE_WORKER: Final = 10_000
FREE_BLOCKS: Final = range(12_000, 22_000, STORAGE_BLOCK)  # with the worker's below what outgoing calls may take
BLOCK_TRIES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """TCP ports on the loopback address; the defaults are those of Kafka's and Flink's own manuals.

    ``metrics`` is where the first TaskManager may serve its job's metrics; the second uses the next port, and so on.
    ``storage_inner`` is the first of a block that the pieces of the S3 server use among themselves.
    """

    broker: int = 9092
    controller: int = 9093
    registry: int = 8085
    registry_management: int = 8086
    storage: int = 8333
    storage_inner: int = 8340
    flink: int = 8081
    flink_rpc: int = 6123
    metrics: int = 9250

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody listens on now; all are held until the last is known, so no two are equal."""
        with ExitStack() as held:
            inner = _free_block(held)
            return cls(
                storage_inner=inner,
                **{field.name: _free_port(held) for field in fields(cls) if field.name != "storage_inner"},
            )

    @property
    def storage_ports(self) -> tuple[int, ...]:
        """What the S3 server listens on beside ``storage``: its block, and 10,000 above the last one its worker's."""
        return _storage_ports(self.storage_inner)

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
    return port if can_listen(port) else free_port()


def free_port() -> int:
    """A port that nobody listens on now."""
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


def _free_block(held: ExitStack) -> int:
    for _ in range(BLOCK_TRIES):
        first = secrets.choice(FREE_BLOCKS)
        with ExitStack() as trial:
            try:
                for port in _storage_ports(first):
                    trial.enter_context(socket.socket()).bind((LOOPBACK, port))
            except OSError:
                continue
            held.push(trial.pop_all())
            return first
    raise Fault(f"no {STORAGE_BLOCK} ports in a row are free between {FREE_BLOCKS.start} and {FREE_BLOCKS.stop}")


def _storage_ports(first: int) -> tuple[int, ...]:
    block = range(first, first + STORAGE_BLOCK)
    return (*block, block[-1] + STORAGE_WORKER)


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
