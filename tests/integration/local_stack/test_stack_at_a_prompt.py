"""The commands with real processes: an interrupt, a taken port, another stack's ports."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from local_stack.ports import LOOPBACK

pytestmark = pytest.mark.integration

SLUICE = Path(sys.executable).with_name("sluice")


def sluice(*arguments: str | Path, jars: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SLUICE, *arguments],
        env=os.environ | {"SLUICE_JARS": str(jars)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def processes_of(home: Path) -> list[psutil.Process]:
    return [each for each in psutil.process_iter(["cmdline"]) if str(home) in " ".join(each.info["cmdline"] or ())]


def test_up_status_down_at_a_prompt(tmp_path: Path, jars_folder: Path) -> None:
    home = tmp_path / "stack"
    up = ("up", "--free-ports", "--only", "broker", "--home", home, "--json")
    first = json.loads(sluice(*up, jars=jars_folder).stdout)
    try:
        assert first["started"] == ["broker"]
        assert first["addresses"]["SLUICE_KAFKA_BOOTSTRAP"] == first["processes"][0]["address"]
        other = sluice("up", "--only", "broker", "--home", home, "--broker-port", "19999", jars=jars_folder)
        assert (other.returncode, "is up already, on other ports" in other.stderr) == (2, True)
        assert sluice("status", "--home", home, jars=jars_folder).returncode == 0
    finally:
        down = sluice("down", "--home", home, "--json", jars=jars_folder)
    assert json.loads(down.stdout) == {"stopped": ["broker"]}
    assert processes_of(home) == []


def test_an_interrupted_start_leaves_nothing_running(tmp_path: Path, jars_folder: Path) -> None:
    home = tmp_path / "stack"
    command = [SLUICE, "up", "--free-ports", "--home", home]
    with subprocess.Popen(command, env=os.environ | {"SLUICE_JARS": str(jars_folder)}, stderr=subprocess.PIPE) as child:
        deadline = time.monotonic() + 60
        while not processes_of(home / "broker") and time.monotonic() < deadline:
            time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=90)
    assert child.returncode == 130
    assert "what this command had started is stopped" in told.decode()
    assert processes_of(home) == []


def test_a_taken_port_is_told_with_its_holder_and_nothing_is_started(tmp_path: Path, jars_folder: Path) -> None:
    home = tmp_path / "stack"
    with socket.create_server((LOOPBACK, 0)) as server:
        port = str(server.getsockname()[1])
        told = sluice(
            "up", "--free-ports", "--only", "registry", "--home", home, "--registry-port", port, jars=jars_folder
        )
    assert told.returncode == 2
    assert f"port {port} of the registry is taken by pid {os.getpid()}" in told.stderr
    assert processes_of(home) == []
