"""Metrics and health of the delivery: read from the store when somebody asks."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from alerting.deliver import SLA_RUN, clock
from alerting.measured import promises
from alerting.store import incidents, mutes, outbox
from alerting.store.database import Database
from sluice.contract.model import Contract
from sluice.terminal import Fault

STALE: Final = timedelta(minutes=2)


class Counts(Collector):
    """Labels are contract, state, severity, channel and outcome: all bounded by contracts and settings."""

    def __init__(self, database: Database, contracts: Callable[[], Mapping[str, Contract]]) -> None:
        self._database = database
        self._contracts = contracts

    def collect(self) -> Iterator[Metric]:
        """One family after another, as the store knows it now."""
        now = clock()
        with self._database.transaction() as connection:
            told = incidents.load(connection)
            letters = outbox.stock(connection)
            silenced = mutes.current(connection, now)
            ran = incidents.last_run(connection, SLA_RUN)
            measured = promises(connection, self._contracts(), now)
        is_open = Counter(
            (one.key.contract, one.state.value, one.last.severity.value) for one in told if one.is_open and one.last
        )
        yield _family("sluice_incidents", "Open incidents", ["contract", "state", "severity"], is_open.items())
        waiting = {(name,): stock.waiting for name, stock in letters.items()}
        yield _family("sluice_alert_letters_waiting", "Letters that wait", ["channel"], waiting.items())
        oldest = {(name,): (now - one.oldest).total_seconds() for name, one in letters.items() if one.oldest}
        yield _family("sluice_alert_oldest_waiting_seconds", "Age of the oldest letter", ["channel"], oldest.items())
        ended = {(name, how): n for name, one in letters.items() for how, n in one.ended.items()}
        yield _family("sluice_alert_letters_ended", "Letters by how they ended", ["channel", "outcome"], ended.items())
        yield _family("sluice_alert_mutes", "Mutes that have not ended", [], {(): len(silenced)}.items())
        last = {(): ran.timestamp()} if ran else {}
        yield _family(
            "sluice_sla_run_handed_over_timestamp_seconds", "The last hand-over of `sla run`", [], last.items()
        )
        longest = {(one.contract, one.property): one.longest for one in measured if one.longest is not None}
        yield _family(
            "sluice_incident_longest_seconds", "Longest in 30 days", ["contract", "property"], longest.items()
        )
        still = {(one.contract, one.property): one.still_longest for one in measured if one.still_longest is not None}
        yield _family(
            "sluice_incident_still_longest_seconds",
            "Age of the oldest that is open",
            ["contract", "property"],
            still.items(),
        )


def _family(name: str, text: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for at, value in values:
        family.add_metric(list(at), value)
    return family


class Page:
    """A small HTTP server: /metrics, and /health, which is 503 where the loop has not gone round for two minutes."""

    def __init__(self, host: str, port: int, counts: Counts, pulse: Callable[[], datetime]) -> None:
        registry = CollectorRegistry()
        registry.register(counts)
        self._server = ThreadingHTTPServer((host, port), _handler(registry, pulse))
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def _handler(registry: CollectorRegistry, pulse: Callable[[], datetime]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                try:
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
                except Fault:
                    self._answer(503, "text/plain", b"the store does not answer\n")
            elif self.path == "/health":
                alive = clock() - pulse() < STALE
                self._answer(200 if alive else 503, "text/plain", b"ok\n" if alive else b"the loop stands still\n")
            else:
                self._answer(404, "text/plain", b"/metrics or /health\n")

        def log_message(self, *_: object) -> None:
            """Say nothing: a scrape is no decision."""

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
