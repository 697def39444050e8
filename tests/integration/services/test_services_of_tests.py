"""The servers that tests borrow: each answers as the real one does, and leaves nothing behind."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import httpx
import psutil
import pytest

from local_stack.ports import can_listen
from tests.integration.debian import program
from tests.integration.monitoring import alertmanager, amtool, prometheus, promtool
from tests.integration.postgres import postgres

pytestmark = pytest.mark.integration

ROUTES = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
CONFIG = """\
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
"""
RULES = "groups: [{name: always, rules: [{alert: Always, expr: vector(1)}]}]\n"
SERVERS = ("prometheus", "alertmanager", "postgres")
WAIT_SECONDS = 30


def port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def left_behind() -> set[str]:
    folder = Path(tempfile.gettempdir())
    return {each.name for server in SERVERS for each in folder.glob(f"sluice-{server}-*")}


def test_a_rule_that_fires_reaches_the_alertmanager() -> None:
    before = left_behind()
    with (
        alertmanager(ROUTES) as alerts,
        prometheus(CONFIG.format(alertmanager=alerts.removeprefix("http://")), RULES),
    ):
        deadline = time.monotonic() + WAIT_SECONDS
        found: list[str] = []
        while not found and time.monotonic() < deadline:
            time.sleep(0.2)
            found = [each["labels"]["alertname"] for each in httpx.get(f"{alerts}/api/v2/alerts", timeout=5).json()]
        assert found == ["Always"]
    assert can_listen(port(alerts))
    assert left_behind() <= before


def test_a_configuration_that_prometheus_refuses_is_told_in_its_own_words() -> None:
    with (
        pytest.raises(AssertionError, match=r"(?s)prometheus ended while it started; .*Error loading config"),
        prometheus("scrap: 1"),
    ):
        raise AssertionError("it started")


def test_rules_that_the_configuration_does_not_name_are_refused() -> None:
    with pytest.raises(AssertionError, match=r"rule_files: \[rules.yml\]"), prometheus("global: {}", RULES):
        raise AssertionError("it started")


def test_the_tools_of_both_are_there() -> None:
    for tool in (promtool(), amtool()):
        assert subprocess.run([tool, "--version"], check=False, capture_output=True, timeout=30).returncode == 0


def test_a_postgres_of_its_own_asks_for_the_password_and_is_gone_afterwards() -> None:
    before = left_behind()
    with postgres() as url:
        query = ["psql", "-Atc", "SELECT current_user || ' ' || current_database()"]
        told = subprocess.run([*query, url], capture_output=True, text=True, check=True, timeout=30)
        assert told.stdout == "sluice sluice\n"
        password = url.partition("sluice:")[2].partition("@")[0]
        wrong = subprocess.run([*query, url.replace(password, "x")], capture_output=True, check=False, timeout=30)
        assert b"password authentication failed" in wrong.stderr
        assert not any(each.uids().real == 0 for each in psutil.process_iter() if each.name() == "postgres")
    assert can_listen(port(url))
    assert left_behind() <= before


def test_a_program_that_is_missing_fails_with_the_name_of_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(pytest.fail.Exception, match=r"install it .Debian: apt-get install prometheus"):
        program("prometheus", "prometheus")
