"""The judge's counts for Prometheus: read from plain numbers when somebody asks, and at no cost otherwise."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from validator.tally import BUCKETS_SECONDS, Tally

if TYPE_CHECKING:
    from threading import Thread

PORT_VARIABLE: Final = "SLUICE_METRICS_PORT"
LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What is known of one raw topic at the moment of a scrape."""

    contract: str
    version: str
    registry_version: int
    tally: Tally


@dataclass(slots=True, kw_only=True)
class Reloads:
    """How often new versions were looked for, and what came of it."""

    swapped: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Digests of the code that this TaskManager runs and of the driver's; different where it should be a new one."""

    runs: str = ""
    submitted: str = ""


class Counts(Collector):
    """Metrics named by outcome; labels are raw topic, contract, stage, code and rule, all bounded by the contracts."""

    def __init__(
        self, judging: Callable[[], Mapping[str, Judging]], reloads: Reloads, code: Code | None = None
    ) -> None:
        self._judging = judging
        self._reloads = reloads
        self._code = code or Code()

    def collect(self) -> Iterator[Metric]:
        """One family after another; a record counted meanwhile may be in the later ones only."""
        judging = dict(self._judging())
        yield from _records(judging)
        yield _times(judging)
        yield _versions(judging)
        reloads = CounterMetricFamily(
            "sluice_reloads", "Looks for new contract versions, by outcome", labels=["outcome"]
        )
        for outcome in ("swapped", "refused", "failed"):
            reloads.add_metric([outcome], getattr(self._reloads, outcome))
        yield reloads
        code = GaugeMetricFamily(
            "sluice_code_info", "The code that runs, and the driver's", labels=["runs", "submitted"]
        )
        code.add_metric([self._code.runs, self._code.submitted], 1)
        yield code


def _records(judging: Mapping[str, Judging]) -> Iterator[Metric]:
    labels = ["topic", "contract"]
    judged = CounterMetricFamily("sluice_records_judged", "Records judged", labels=labels)
    valid = CounterMetricFamily("sluice_records_valid", "Records that meet their contract", labels=labels)
    control = CounterMetricFamily("sluice_records_control", "Markers passed on", labels=[*labels, "kind"])
    invalid = CounterMetricFamily("sluice_records_invalid", "Dead letters", labels=[*labels, "stage", "code"])
    observed = CounterMetricFamily(
        "sluice_violations_observed", "Violations that rejected nothing", labels=[*labels, "rule"]
    )
    for topic, each in judging.items():
        at = [topic, each.contract]
        tally = each.tally
        judged.add_metric(at, tally.judged)
        valid.add_metric(at, tally.accepted + tally.valid)
        for kind, count in dict(tally.control).items():
            control.add_metric([*at, kind], count)
        for (stage, code), count in dict(tally.invalid).items():
            invalid.add_metric([*at, stage, code], count)
        for rule, count in dict(tally.observed).items():
            observed.add_metric([*at, rule], count)
    yield from (judged, valid, control, invalid, observed)


def _times(judging: Mapping[str, Judging]) -> Metric:
    family = HistogramMetricFamily(
        "sluice_judging_seconds", "Judging time of one record, sampled", labels=["topic", "contract"]
    )
    for topic, each in judging.items():
        counts = tuple(each.tally.seconds)
        bounds = [*(str(bound) for bound in BUCKETS_SECONDS), "+Inf"]
        buckets = [(bound, float(sum(counts[: at + 1]))) for at, bound in enumerate(bounds)]
        family.add_metric([topic, each.contract], buckets, each.tally.seconds_sum)
    return family


def _versions(judging: Mapping[str, Judging]) -> Metric:
    family = GaugeMetricFamily(
        "sluice_contract_info",
        "The version that judges now",
        labels=["topic", "contract", "version", "registry_version"],
    )
    for topic, each in judging.items():
        family.add_metric([topic, each.contract, each.version, str(each.registry_version)], 1)
    return family


@dataclass(frozen=True, slots=True)
class Server:
    """A running metrics endpoint."""

    port: int
    _server: WSGIServer
    _thread: "Thread"

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def serve(collector: Collector, ports: str, host: str = LOOPBACK) -> Server | None:
    """Serve on the first port of ``ports`` that is free; None where none is: counting must never stop judging.

    ``ports`` is a number (0: any free one), a range ``9250-9259``, or empty for what the TaskManager's environment
    names in SLUICE_METRICS_PORT; where that names nothing either, nothing is served.
    """
    registry = CollectorRegistry()
    registry.register(collector)
    for port in ports_of(ports or os.environ.get(PORT_VARIABLE, "")):
        try:
            server, thread = start_http_server(port, addr=host, registry=registry)
        except OSError:
            continue
        return Server(server.server_port, server, thread)
    return None


def ports_of(ports: str) -> range:
    """The ports that a setting names; ValueError where it is neither a number nor a range.

    >>> ports_of("9250-9252"), ports_of("0"), ports_of("")
    (range(9250, 9253), range(0, 1), range(0, 0))
    """
    if not ports:
        return range(0)
    first, _, last = ports.partition("-")
    return range(int(first), int(last or first) + 1)
