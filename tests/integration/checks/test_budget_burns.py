"""A budget that burns: the real Prometheus fires the generated rule, the real Alertmanager calls, and both rest."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry, Counter, start_http_server

from local_stack.ports import free_port
from sluice.checks.prometheus import rules_text
from sluice.contract.model import Contract
from sluice.contract.read import parse
from tests.integration.monitoring import alertmanager, prometheus

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
SECONDS_MAX = 120
PROMETHEUS = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
scrape_configs: [{{job_name: validator, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
"""
ROUTES = """
route:
  receiver: nobody
  group_wait: 1s
  group_interval: 1s
  routes: [{{matchers: ['contract="flights"', 'severity="page"'], receiver: desk}}]
receivers:
  - name: nobody
  - name: desk
    webhook_configs: [{{url: "{url}", send_resolved: true}}]
"""


@contextmanager
def desk() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(orjson.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library calls
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", received
    finally:
        server.shutdown()
        server.server_close()


class Judge:
    """The counters of the validation job, moved by hand."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        labels = ("topic",)
        self._judged, self._valid = (
            Counter(f"sluice_records_{name}", "as the job counts", labels, registry=registry).labels("flights.raw")
            for name in ("judged", "valid")
        )
        self.port = free_port()
        self._server, self._thread = start_http_server(self.port, addr="127.0.0.1", registry=registry)

    def judge(self, valid: int, invalid: int) -> None:
        self._judged.inc(valid + invalid)
        self._valid.inc(valid)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def burning_within_seconds(text: str) -> str:
    """The rules with windows that a test can wait for; expressions and thresholds stay as generated."""
    for window, short in (
        ("[1h]", "[40s]"),
        ("[6h]", "[40s]"),
        ("[3d]", "[40s]"),
        ("[5m]", "[10s]"),
        ("[30m]", "[10s]"),
    ):
        text = text.replace(window, short)
    return text


def test_a_budget_that_burns_calls_somebody_and_rests_when_it_stops() -> None:
    contract = parse((ROOT / "contracts" / "travel" / "flights.odcs.yaml").read_bytes(), "flights.odcs.yaml")
    assert isinstance(contract, Contract)
    judge = Judge()
    try:
        with (
            desk() as (url, received),
            alertmanager(ROUTES.format(url=url)) as alerts,
            prometheus(
                PROMETHEUS.format(port=judge.port, alertmanager=alerts.removeprefix("http://")),
                burning_within_seconds(rules_text([contract])),
            ),
        ):
            fired = await_status(received, "firing", lambda: judge.judge(valid=20, invalid=20))
            assert fired["labels"]["alertname"] == "SluiceErrorBudgetBurns"
            assert (fired["labels"]["contract"], fired["labels"]["check"]) == ("flights", "sla.errorRate")
            assert fired["annotations"]["runbook_url"] == contract.runbook
            resolved = await_status(received, "resolved", lambda: judge.judge(valid=200, invalid=0))
            assert resolved["labels"] == fired["labels"]
    finally:
        judge.close()


def await_status(received: list[dict[str, Any]], status: str, work: Any) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        work()
        for body in received:
            for alert in body["alerts"]:
                if alert["status"] == status:
                    return dict(alert)
        time.sleep(0.5)
    raise AssertionError(f"nothing was {status}: {received}")
