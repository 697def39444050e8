import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from local_stack.blueprint import Options
from local_stack.stack import Stack
from tests.unit.registry_sync.orders_file import write_orders

pytestmark = pytest.mark.integration

BREAKS = "          breaks: {version: 2.0.0, reason: amounts come with a currency}"


class Prompt:
    """A folder with one contract, and the command in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.name = f"orders-{uuid4().hex[:8]}"
        self._environment = {**os.environ, "SLUICE_SYNC_ESTATE": self.name, **environment, "COLUMNS": "200"}
        self.write()

    def write(self, version: str = "1.0.0", amount: str = "integer", breaks: str = "") -> None:
        write_orders(self.folder, self.name, version=version, amount=amount, breaks=breaks)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("sluice"), *words],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def prompt(stack: Stack, tmp_path: Path) -> Prompt:
    return Prompt(tmp_path, stack.addresses())


def test_a_reviewed_plan_is_applied_and_then_there_is_nothing_to_do(prompt: Prompt) -> None:
    planned = prompt.run("plan", "contracts", "--out", "plan.json")
    assert planned.returncode == 0, planned.stderr
    assert f"{prompt.name}.raw-contract" in planned.stdout
    checksum = json.loads((prompt.folder / "plan.json").read_text())["checksum"]
    applied = prompt.run("apply", "plan.json", "--checksum", checksum)
    assert applied.returncode == 0, applied.stderr
    assert "applied 7 changes" in applied.stdout
    told = [json.loads(line) for line in applied.stderr.splitlines() if line.startswith("{")]
    assert [(line["event"], line["number"]) for line in told] == [("applied", number) for number in range(1, 8)]
    again = prompt.run("plan", "contracts", "--check")
    assert (again.returncode, "nothing to do" in again.stdout) == (0, True)


def test_a_plan_is_not_applied_when_the_contract_changed_since(prompt: Prompt) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    prompt.write(amount="string")
    applied = prompt.run("apply", "plan.json")
    assert applied.returncode == 1
    assert "the plan is not the reviewed one" in applied.stderr
    assert prompt.run("plan", "contracts", "--check").returncode == 1


def test_a_plan_is_not_applied_when_the_world_changed_since(prompt: Prompt, stack: Stack) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    assert prompt.run("apply", "contracts", "--yes").returncode == 0
    assert prompt.run("apply", "plan.json").returncode == 0  # all of it is done
    httpx.delete(f"{stack.registry_url}/subjects/{prompt.name}.raw-value").raise_for_status()
    assert prompt.run("apply", "plan.json").returncode == 1


def test_nothing_is_applied_without_a_person_a_checksum_or_a_yes(prompt: Prompt) -> None:
    applied = prompt.run("apply", "contracts")
    assert applied.returncode == 2
    assert "needs --checksum of the reviewed plan, or --yes" in applied.stderr


def test_a_break_is_refused_in_words_until_the_contract_records_it(prompt: Prompt) -> None:
    assert prompt.run("apply", "contracts", "--yes").returncode == 0
    prompt.write(version="1.1.0", amount="boolean")
    refused = prompt.run("plan", "contracts", "--markdown")
    assert refused.returncode == 1
    assert "/properties/amount" in refused.stdout
    assert prompt.run("apply", "contracts", "--yes", "--force").returncode == 1
    prompt.write(version="2.0.0", amount="boolean", breaks=BREAKS)
    assert "would delete or start over 2 of 3 subjects" in prompt.run("apply", "contracts", "--yes").stdout
    broken = prompt.run("apply", "contracts", "--yes", "--force")
    assert broken.returncode == 0, broken.stdout + broken.stderr
    assert "amounts come with a currency" in broken.stdout


def test_json_is_one_document_on_stdout(prompt: Prompt) -> None:
    planned = json.loads(prompt.run("plan", "contracts", "--json").stdout)
    applied = prompt.run("apply", "contracts", "--checksum", planned["checksum"], "--json")
    assert json.loads(applied.stdout)["applied"] == 7


def test_a_contract_with_problems_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    prompt = Prompt(tmp_path, {"SLUICE_REGISTRY_URL": "http://127.0.0.1:1"})
    prompt.write(amount="integr")
    planned = prompt.run("plan", "contracts")
    assert planned.returncode == 1
    assert "orders.odcs.yaml:" in planned.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["plan", "contracts", "--registry", "http://127.0.0.1:1"],
            "the registry at http://127.0.0.1:1 does not answer",
        ),
        (["plan", "contracts", "--bootstrap", "127.0.0.1:1"], "Kafka at 127.0.0.1:1, listing topics: nobody answers"),
        (["plan", "nowhere"], "nowhere is neither a file nor a folder"),
        (["plan", "contracts", "--env", "moon"], "there is no sluice.toml here"),
        (["apply", "contracts/orders.odcs.yaml", "--acls", "--yes"], "has no authorizer"),
        (["apply", "missing.json"], "missing.json cannot be read"),
    ],
    ids=["registry down", "broker down", "no such path", "no such environment", "no authorizer", "no plan file"],
)
def test_the_worlds_faults_and_bad_calls_are_one_sentence_and_exit_2(
    prompt: Prompt, words: list[str], sentence: str
) -> None:
    ran = prompt.run(*words)
    assert ran.returncode == 2, ran.stdout + ran.stderr
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_registry_with_logins_takes_ours_and_never_shows_it(
    make_stack: Callable[..., Stack], stack: Stack, tmp_path: Path
) -> None:
    guarded = make_stack("registry", options=Options(registry_users={"sync": "open-sesame"}))
    secret = tmp_path / "secret"
    secret.write_text("open-sesame\n")
    login = {"SLUICE_REGISTRY_USERNAME": "sync", "SLUICE_REGISTRY_PASSWORD_FILE": str(secret)}
    addresses = {**stack.addresses(), "SLUICE_REGISTRY_URL": guarded.registry_url}
    applied = Prompt(tmp_path, addresses | login).run("apply", "contracts", "--yes")
    assert applied.returncode == 0, applied.stderr
    assert "open-sesame" not in applied.stdout + applied.stderr
    secret.write_text("guessed")
    refused = Prompt(tmp_path, addresses | login).run("plan", "contracts")
    assert refused.returncode == 2
    assert "knows nobody by this login (401" in refused.stderr
    assert "guessed" not in refused.stdout + refused.stderr
