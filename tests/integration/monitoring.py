"""The real Prometheus and Alertmanager, unprivileged, on a free port of the loopback, for as long as a test needs them.

with (
    alertmanager(ROUTES) as alerts,
    prometheus(CONFIG.format(alertmanager=alerts.removeprefix("http://")), RULES) as metrics,
):
    httpx.get(f"{metrics}/api/v1/alerts")
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_stack.ports import LOOPBACK, free_port
from local_stack.processes import Command
from tests.integration.debian import program
from tests.integration.served import says_ok, served

RULES = "rules.yml"


@contextmanager
def prometheus(config: str, rules: str = "") -> Iterator[str]:
    """Its address. ``config`` and ``rules`` are YAML; rules make the config name their file, ``rules.yml``."""
    assert not rules or RULES in config, f"the config has to name its rules: rule_files: [{RULES}]"
    found = program("prometheus", "prometheus")
    with tempfile.TemporaryDirectory(prefix="sluice-prometheus-") as folder:
        home = Path(folder)
        (home / "prometheus.yml").write_text(config)
        (home / RULES).write_text(rules)
        listen = f"{LOOPBACK}:{free_port()}"
        command = Command(
            arguments=(
                found,
                f"--config.file={home / 'prometheus.yml'}",
                f"--storage.tsdb.path={home / 'data'}",
                f"--web.listen-address={listen}",
                "--web.enable-lifecycle",
                # What fires before the Alertmanager is found, which takes five seconds, is sent again after a minute.
                "--rules.alert.resend-delay=1s",
            ),
            environment={},
            folder=home,
        )
        with served("prometheus", command, lambda: says_ok(f"http://{listen}/-/ready")):
            yield f"http://{listen}"


@contextmanager
def alertmanager(config: str) -> Iterator[str]:
    """Its address; alone, without a cluster. ``config`` is YAML: the routes and receivers."""
    found = program("prometheus-alertmanager", "prometheus-alertmanager")
    with tempfile.TemporaryDirectory(prefix="sluice-alertmanager-") as folder:
        home = Path(folder)
        (home / "alertmanager.yml").write_text(config)
        listen = f"{LOOPBACK}:{free_port()}"
        command = Command(
            arguments=(
                found,
                f"--config.file={home / 'alertmanager.yml'}",
                f"--storage.path={home / 'data'}",
                f"--web.listen-address={listen}",
                "--cluster.listen-address=",
            ),
            environment={},
            folder=home,
        )
        with served("alertmanager", command, lambda: says_ok(f"http://{listen}/-/ready")):
            yield f"http://{listen}"


def promtool() -> Path:
    """The program that checks and tests rules (`promtool test rules`)."""
    return program("promtool", "prometheus")


def amtool() -> Path:
    """The program that checks configurations and tests routes (`amtool config routes test`)."""
    return program("amtool", "prometheus-alertmanager")
