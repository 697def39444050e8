"""What `deploy/` schedules: commands that exist, settings that load, exits that mean the same, pods that may little."""

import os
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from alerting.settings import Alerting
from connections.settings import SECRETS, Kafka, Lake
from sla.settings import Sla
from sluice.cli import main

DEPLOY = Path(__file__).parents[3] / "deploy"
MANIFESTS = [each for each in yaml.safe_load_all((DEPLOY / "kubernetes" / "cronjob.yaml").read_text()) if each]
CRON = [line for line in (DEPLOY / "cron" / "sluice").read_text().splitlines() if line.startswith(("*", "3"))]
SECTIONS = {"kafka": Kafka, "lake": Lake, "sla": Sla, "alerting": Alerting}


def cron_jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for each in MANIFESTS:
        if each["kind"] == "CronJob":
            yield each["metadata"]["name"], each["spec"]["jobTemplate"]["spec"]["template"]["spec"]


PODS = dict(cron_jobs())


def commands() -> dict[str, str]:
    """Each scheduled line of shell by its name."""
    pods = {
        name: command[-1] if (command := pod["containers"][0]["command"])[0] == "/bin/sh" else shlex.join(command)
        for name, pod in PODS.items()
    }
    return {**pods, **{f"cron {line.split()[1]}": line.split(maxsplit=6)[6] for line in CRON}}


COMMANDS = commands()
RUNS = {name: told for name, told in COMMANDS.items() if "sla run" in told}


@pytest.fixture
def pretender(tmp_path: Path) -> Path:
    """A folder with a `sluice` that ends as $CODE says."""
    program = tmp_path / "bin" / "sluice"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nexit "$CODE"\n')
    program.chmod(0o755)
    return program.parent


def exit_of(told: str, code: int, programs: Path, folder: Path) -> tuple[int, str]:
    path = f"{programs}:{os.environ['PATH']}"
    script = told.replace("/opt/sluice", str(folder))
    done = subprocess.run(
        ["sh", "-c", script], env={"PATH": path, "CODE": str(code)}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("told", RUNS.values(), ids=RUNS)
@pytest.mark.parametrize(("code", "well"), [(0, True), (1, True), (2, False), (127, False)])
def test_a_breach_is_an_answer_and_all_else_a_failure(
    told: str, code: int, well: bool, pretender: Path, tmp_path: Path
) -> None:
    ended, words = exit_of(told, code, pretender, tmp_path)
    assert (ended == 0 and not words) == well


@pytest.mark.parametrize("told", COMMANDS.values(), ids=COMMANDS)
def test_each_command_is_one_of_ours_with_options_that_it_has(told: str) -> None:
    words = shlex.split(told[told.index("sluice sla") :])
    end = next((at for at, word in enumerate(words) if word[0] in "|>"), len(words))
    arguments = words[1:end]
    helped = CliRunner().invoke(main, [*arguments[:2], "--help"], env={"COLUMNS": "200"})
    assert helped.exit_code == 0
    assert all(option in helped.output for option in arguments[2:])


def test_the_settings_of_the_cluster_are_settings_of_ours() -> None:
    (given,) = (each["data"]["sluice.toml"] for each in MANIFESTS if each["kind"] == "ConfigMap")
    told = tomllib.loads(given)
    assert told.keys() == SECTIONS.keys()
    secrets = {"kafka": {"password": "-"}}
    for name, section in told.items():
        assert not SECRETS & section.keys()
        SECTIONS[name].model_validate({**section, **secrets.get(name, {})})


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_secrets_are_files_named_by_settings_that_there_are(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    for each in container["env"]:
        section, _, key = each["name"].removeprefix("SLUICE_").lower().partition("_")
        assert key in SECTIONS[section].model_fields, each["name"]
        assert each["value"].startswith("/secrets/")
    assert "secrets" in {each["name"] for each in container["volumeMounts"]}
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["volumes"]}


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_a_pod_is_as_restricted_as_its_namespace_asks(pod: dict[str, Any]) -> None:
    """Pod Security Standards, profile "restricted", and beyond it: nothing is written but where we say."""
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        locked = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        assert container["securityContext"] == locked
        assert "memory" in container["resources"]["limits"]
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()
    kinds = {kind for volume in pod["volumes"] for kind in volume.keys() - {"name"}}
    assert kinds <= {"configMap", "secret", "emptyDir"}


def test_what_deletes_waits_to_be_wanted() -> None:
    (suspended,) = (each["spec"]["suspend"] for each in MANIFESTS if each["metadata"]["name"] == "sluice-sla-retention")
    assert suspended is True
