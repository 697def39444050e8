"""The gauges as Prometheus's own tool and server read them."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.monitoring import prometheus, promtool
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.integration

WAIT_SECONDS = 30
CONFIG = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - {{job_name: node, metrics_path: /sluice.prom, static_configs: [{{targets: ["{address}"]}}]}}
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder as a collector of text files would."""

    extensions_map = {".prom": "text/plain; version=0.0.4"}  # noqa: RUF012 - the base class declares it so

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def collector(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def metrics(tmp_path: Path) -> Path:
    """The file that a run leaves: one period is promoted, one held."""
    shop = Shop(folder=tmp_path / "shop").contract()
    shop.sell(0, {}, {}, bad=1)
    shop.sell(1, {"amount": None})
    path = tmp_path / "collector" / "sluice.prom"
    shop.run(3, env={"SLUICE_SLA_METRICS_FILE": str(path)})
    assert shop.json("status")["contracts"][0]["newest_period"] == label(1)
    return path


def test_prometheus_finds_nothing_to_mend_in_the_file(metrics: Path) -> None:
    checked = subprocess.run(
        [promtool(), "check", "metrics"], input=metrics.read_text(), capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_a_scrape_of_the_file_answers_what_people_ask(metrics: Path) -> None:
    asked = {
        'sluice_sla_periods{standing="held"}': "1",
        'sum(sluice_sla_periods{contract="orders"})': "2",
        "sluice_sla_period_passed": "0",
        'sluice_sla_findings{check="amounts", outcome="breached"}': "1",
        "time() - sluice_sla_last_success_timestamp_seconds < bool 3600": "1",
    }
    with collector(metrics.parent) as address, prometheus(CONFIG.format(address=address)) as server:
        assert {query: answered(server, query) for query in asked} == asked


def answered(server: str, query: str) -> str:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = httpx.get(f"{server}/api/v1/query", params={"query": query}, timeout=5).json()["data"]["result"]
        if found:
            return str(found[0]["value"][1])
        time.sleep(0.2)
    return "nothing"
