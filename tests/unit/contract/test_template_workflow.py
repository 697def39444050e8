"""The workflow that ``sluice init`` writes: what it runs, with which secrets, and where Sluice comes from."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from connections.settings import Kafka, Registry
from sluice.cli import main

SECTIONS = {"KAFKA": Kafka, "REGISTRY": Registry}
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")
WHEEL = "./wheels/sluice-1.0-py3-none-any.whl"


def workflow(folder: Path, *words: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["init", str(folder), *words])
    assert result.exit_code == 0, result.output
    # In YAML 1.1 the key `on` is true.
    return dict(yaml.safe_load((folder / ".github/workflows/contracts.yml").read_text()))


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Any]:
    return workflow(tmp_path, "--install", WHEEL)


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def test_every_job_installs_from_the_named_address_and_never_by_name(made: dict[str, Any]) -> None:
    assert made["env"]["SLUICE"] == WHEEL
    for job in made["jobs"].values():
        assert [line for line in commands(job).splitlines() if "pip install" in line] == ['pip install "$SLUICE"']


def test_without_an_address_a_variable_of_the_repository_names_it_or_the_workflow_says_so(tmp_path: Path) -> None:
    made = workflow(tmp_path)
    assert made["env"]["SLUICE"] == "${{ vars.SLUICE_INSTALL }}"
    for job in made["jobs"].values():
        told = commands(job)
        assert told.index("set the variable SLUICE_INSTALL") < told.index("pip install")


def test_a_pull_request_is_linted_tested_and_planned_and_only_main_is_applied(made: dict[str, Any]) -> None:
    jobs = made["jobs"]
    assert "sluice lint contracts --strict" in commands(jobs["check"])
    assert "sluice test contracts" in commands(jobs["check"])
    assert "sluice plan contracts --out plan.json --markdown" in commands(jobs["plan"])
    assert "GITHUB_STEP_SUMMARY" in commands(jobs["plan"])
    assert "sluice apply plan.json" in commands(jobs["apply"])
    assert (jobs["plan"]["needs"], jobs["apply"]["needs"]) == ("check", "plan")
    assert "github.ref == 'refs/heads/main'" in jobs["apply"]["if"]
    assert "github.event_name == 'push'" in jobs["apply"]["if"]
    assert [name for name, job in jobs.items() if "sluice apply" in commands(job)] == ["apply"]


def test_what_is_applied_is_the_plan_of_the_same_run(made: dict[str, Any]) -> None:
    up = next(step for step in made["jobs"]["plan"]["steps"] if "upload-artifact" in step.get("uses", ""))
    down = next(step for step in made["jobs"]["apply"]["steps"] if "download-artifact" in step.get("uses", ""))
    assert up["with"]["path"] == "plan.json"
    assert up["with"]["name"] == down["with"]["name"]


def test_only_the_environments_of_plan_and_apply_hold_secrets(made: dict[str, Any]) -> None:
    jobs = made["jobs"]
    assert {name: job.get("environment") for name, job in jobs.items()} == {
        "check": None,
        "plan": "plan",
        "apply": "production",
    }
    assert "secrets." not in str(jobs["check"])
    assert "github.event.pull_request.head.repo.full_name == github.repository" in jobs["plan"]["if"]


def test_every_variable_is_a_setting_that_sluice_knows(made: dict[str, Any]) -> None:
    for name in ("plan", "apply"):
        given = {key for step in made["jobs"][name]["steps"] for key in step.get("env", {})}
        settings = {key.removeprefix("SLUICE_").partition("_")[::2] for key in given if key.startswith("SLUICE_")}
        assert len(settings) >= 4
        assert [field for section, field in settings if field.lower() not in SECTIONS[section].model_fields] == []


def test_an_apply_is_never_cut_short_by_the_next_push(made: dict[str, Any]) -> None:
    assert made["concurrency"]["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"


def test_actions_are_pinned_by_their_commits_and_nobody_may_write(made: dict[str, Any]) -> None:
    used = [step["uses"] for job in made["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert [each for each in used if not PINNED.fullmatch(each)] == []
    assert made["permissions"] == {"contents": "read"}
