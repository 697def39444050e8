"""`sluice alerts serve` as a process: letters leave, a real Alertmanager fires and resolves, the platform is seen."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from alerting.deliver import deliver
from alerting.settings import AlertSettings
from connections.sources import Sources, load
from local_stack.ports import free_port
from sluice.finding.model import Finding, OnBreach, Outcome
from sluice.finding.run import Run
from tests.integration.monitoring import alertmanager
from tests.unit.alerting.notices import FLIGHTS, breach, tails
from tests.unit.alerting.receivers import Receiver, receiver
from tests.unit.incident.findings import FLIGHTS as FLIGHTS_FILE

pytestmark = pytest.mark.integration

ROUTES = """
route: {{receiver: hook, group_by: [contract], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers: [{{name: hook, webhook_configs: [{{url: "{url}", send_resolved: true}}]}}]
"""
PATIENCE_SECONDS = 40


def until(seen: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (value := seen()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)
    return value


def configure(folder: Path, hook: str, alerts: str) -> Path:
    nobody = free_port()
    file = folder / "sluice.toml"
    file.write_text(f"""
[kafka]
bootstrap = "127.0.0.1:{nobody}"
timeout_seconds = 1
[registry]
url = "http://127.0.0.1:{nobody}"
retries = 0
[alerting]
database = "sqlite:///{folder / "alerting.sqlite"}"
patience_seconds = 0
watch_seconds = 1
refresh_seconds = 1
every = "PT1H"
[alerting.channels.hook]
type = "webhook"
url = "{hook}/sluice"
everything = true
[alerting.channels.am]
type = "alertmanager"
url = "{alerts}"
everything = true
""")
    return file


def tell(file: Path, *findings: Finding) -> None:
    deliver(
        Run(findings=tuple(findings)), {"flights": FLIGHTS}, load(AlertSettings, Sources(file=file)), datetime.now(UTC)
    )


@contextmanager
def serving(file: Path) -> Iterator[str]:
    log = file.with_name("serve.log")
    words = ["alerts", "serve", "--port", "0", "--config", str(file), "--contracts", str(FLIGHTS_FILE)]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", "from sluice.cli import main; main()", *words], stderr=stream, env=os.environ
        )
    try:
        told = until(lambda: re.search(r'"port":(\d+),"event":"serving"', log.read_text()))
        yield f"http://127.0.0.1:{told[1]}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


def states(where: Receiver, path: str, status: str) -> set[str]:
    posted = [request.json for request in where.requests if request.path == path]
    return {one["labels"]["check"] for each in posted for one in each["alerts"] if one["status"] == status}


def test_a_real_alertmanager_fires_and_resolves(tmp_path: Path) -> None:
    warn = OnBreach.WARN
    with receiver() as where, alertmanager(ROUTES.format(url=f"{where.url}/am")) as alerts:
        file = configure(tmp_path, where.url, alerts)
        tell(file, breach(8, on_breach=warn), tails(8))
        until(lambda: states(where, "/am", "firing") == {"departures_known", "tail_numbers_known"})
        tell(file, *(breach(day, outcome=Outcome.HOLDS, on_breach=warn) for day in (9, 10)))
        until(lambda: states(where, "/am", "resolved") == {"departures_known"})
        (left,) = httpx.get(f"{alerts}/api/v2/alerts", trust_env=False).json()
    assert left["labels"]["segment"] == "carrier=UA, tailnum=(classified)"
    assert left["labels"]["incident"]
    assert "N14228" not in str([request.body for request in where.requests])


def test_an_alertmanager_that_forgot_is_told_again_and_the_platform_is_watched(tmp_path: Path) -> None:
    with receiver() as where:
        with alertmanager(ROUTES.format(url=f"{where.url}/am")) as first:
            file = configure(tmp_path, where.url, first)
            tell(file, breach(8))
        with alertmanager(ROUTES.format(url=f"{where.url}/am2")) as second:
            configure(tmp_path, where.url, second)
            with serving(file) as page:
                until(lambda: states(where, "/am2", "firing") >= {"departures_known", "registry", "broker"})
                assert httpx.get(f"{page}/health", trust_env=False).status_code == 200
                metrics = httpx.get(f"{page}/metrics", trust_env=False).text
                assert 'sluice_incidents{contract="flights",severity="error",state="open"} 1.0' in metrics
                assert 'sluice_alert_letters_ended{channel="hook",outcome="sent"}' in metrics
                assert "sluice_sla_run_handed_over_timestamp_seconds" in metrics
                assert httpx.get(f"{page}/else", trust_env=False).status_code == 404
    platform = [one.json for one in where.requests if one.path == "/sluice" and one.json["contract"] == "platform"]
    assert {line["check"] for one in platform for line in one["lines"]} == {"registry", "broker"}


def test_letters_that_waited_leave_once_two_servers_run(tmp_path: Path) -> None:
    port = free_port()
    file = configure(tmp_path, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}")
    tell(file, breach(8))
    with receiver() as where:
        file.write_text(file.read_text().replace(f"http://127.0.0.1:{port}", where.url))
        other = tmp_path / "other"
        other.mkdir()
        (other / "sluice.toml").write_text(file.read_text())
        with serving(file), serving(other / "sluice.toml"):
            until(lambda: [one for one in where.requests if one.json["contract"] == "flights"])
            time.sleep(2)
        assert len([one for one in where.requests if one.json["contract"] == "flights"]) == 1
