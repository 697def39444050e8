"""The Flink function around the judge: what is shipped with the job, and what is opened on a TaskManager."""

import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pyflink.table.udf import FunctionContext, ScalarFunction

from connections.logs import configure
from validator.code import loaded
from validator.defects import Defects
from validator.frozen import decode
from validator.judge import Judge
from validator.metrics import Code, Counts, Reloads, Server, serve
from validator.reload import Reloader, Reloading
from validator.showing import judging

PARAMETERS: Final = ("topic", "value", "schema_id", "producer", "key")  # of Judge.judge, in its order

if TYPE_CHECKING:
    from collections.abc import Callable


class Shipped(msgspec.Struct, frozen=True, kw_only=True):
    """All that the function needs on a TaskManager, which may be another machine: it travels inside the job.

    ``contracts`` is the frozen set as ``validator.frozen`` writes it; ``reloading`` may hold the registry's secrets.
    ``code`` is the digest of the driver's sources.
    """

    contracts: bytes
    arguments: tuple[str, ...]
    seal: str = ""
    metrics_ports: str = ""
    metrics_host: str = "127.0.0.1"
    reloading: Reloading | None = None
    code: str = ""


class SluiceJudge(ScalarFunction):  # type: ignore[misc] # pyflink carries no types
    """One call a record. The function holds bytes until it is opened: a compiled contract cannot be pickled."""

    def __init__(self, shipped: Shipped) -> None:
        self._shipped = msgspec.json.encode(shipped)
        self._judge: Callable[..., str | None] | None = None
        self._server: Server | None = None
        self._reloader: Reloader | None = None

    def is_deterministic(self) -> bool:
        """No: a deterministic function would be called once for each mention of its result in the query."""
        return False

    def open(self, function_context: FunctionContext) -> None:
        """Compile the contracts, serve metrics, and start to watch the registry where that was asked for."""
        del function_context
        shipped = msgspec.json.decode(self._shipped, type=Shipped)
        contracts = decode(shipped.contracts)
        log = configure("validator")
        judge = Judge(
            contracts.contracts,
            names_version=shipped.reloading is not None,
            seal=shipped.seal.encode(),
            tell=Defects(log).tell,
        )
        reloads = Reloads()
        self._server = serve(
            Counts(lambda: judging(judge), reloads, Code(runs=loaded(), submitted=shipped.code)),
            shipped.metrics_ports,
            shipped.metrics_host,
        )
        self._judge = _call(judge, shipped.arguments)
        log.info(
            "judging",
            contracts={raw: str(bench.gate.contract) for raw, bench in judge.benches.items()},
            checksum=contracts.checksum,
            metrics_port=self._server.port if self._server else None,
            python=sys.executable,
            code=loaded(),
        )
        if shipped.code not in ("", loaded()):
            # Told and not refused: the job was started for new contracts perhaps, and those it has.
            log.warning("other code", runs=loaded(), submitted=shipped.code, way_out="start new TaskManagers")
        if shipped.reloading is not None:
            self._reloader = Reloader(shipped.reloading, contracts, judge, reloads, log)
            self._reloader.start()

    def close(self) -> None:
        """Stop what ``open`` has started."""
        if self._reloader is not None:
            self._reloader.stop()
        if self._server is not None:
            self._server.close()

    def eval(self, *given: Any) -> str | None:
        """The judge's answer for one record."""
        return self._judge(*given)  # type: ignore[misc] # Flink opens a function before it calls it


def _call(judge: Judge, arguments: tuple[str, ...]) -> "Callable[..., str | None]":
    """The judge behind the arguments of the statement, which leave out what no contract needs."""
    only = next(iter(judge.benches))
    match arguments:
        case ("value",):
            return lambda value: judge.judge(only, value)
        case ("topic", "value"):
            return judge.judge
        case _:
            return _spread(judge, arguments, only)


def _spread(judge: Judge, arguments: tuple[str, ...], only: str) -> "Callable[..., str | None]":
    missing = {name: len(arguments) for name in PARAMETERS} | {"topic": len(arguments) + 1}
    places = tuple(arguments.index(name) if name in arguments else missing[name] for name in PARAMETERS)

    def call(*given: Any) -> str | None:
        known = (*given, None, only)
        return judge.judge(*[known[place] for place in places])

    return call
