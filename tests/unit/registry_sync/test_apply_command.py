import json
import re
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from connections.registry import Registry
from connections.settings import Registry as RegistrySettings
from registry_sync import session
from sluice.cli import main
from tests.unit.connections.fake_registry import URL, FakeRegistry
from tests.unit.registry_sync.fake_broker import FakeBroker
from tests.unit.registry_sync.orders_file import write_orders
from tests.unit.registry_sync.test_sync_on_fakes import FakeWorld

ELSEWHERE = "http://127.0.0.1:2/api"


class Prompt:
    """A folder with one contract, the command in it, and the platform behind it in memory."""

    def __init__(self) -> None:
        self.world = FakeWorld()

    def registry(self, settings: RegistrySettings) -> Registry:
        return Registry(settings, transport=httpx.MockTransport(self.world.fake.answer), sleep=lambda _: None)

    def run(self, *words: str, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(main, words, env={"COLUMNS": "200", "SLUICE_REGISTRY_URL": URL, **(env or {})})


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prompt:
    made = Prompt()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "Registry", made.registry)
    monkeypatch.setattr(session, "KafkaBroker", lambda _: made.world.broker)
    write_orders(tmp_path)
    return made


def test_a_plan_file_is_applied_and_applied_again_it_has_nothing_to_do(prompt: Prompt) -> None:
    assert prompt.run("plan", "contracts", "--out", "plan.json").exit_code == 0
    assert prompt.run("apply", "plan.json").exit_code == 0
    again = prompt.run("apply", "plan.json")
    assert (again.exit_code, "nothing to do" in again.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "env", "named"),
    [
        (["--acls"], {}, "--acls"),
        (["--prune"], {}, "--prune"),
        (["--env", "staging"], {}, "--env (SLUICE_ENV)"),
        ([], {"SLUICE_ENV": "staging"}, "--env (SLUICE_ENV)"),
        (["--config", "other.toml"], {}, "--config (SLUICE_CONFIG)"),
        (["--registry", ELSEWHERE, "--bootstrap", "elsewhere:9092"], {}, "--registry, --bootstrap"),
    ],
    ids=["acls", "prune", "env", "environment", "config", "addresses"],
)
def test_a_flag_that_says_otherwise_than_the_plan_file_is_a_bad_call(
    prompt: Prompt, words: list[str], env: dict[str, str], named: str
) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    told = prompt.run("apply", "plan.json", *words, env=env)
    assert told.exit_code == 2
    assert f"{named} would ask for something else; leave it away, or plan again with it" in told.stderr
    assert prompt.world.fake.subjects == {}


def test_a_flag_that_says_what_the_plan_file_says_is_fine(prompt: Prompt) -> None:
    Path("sluice.toml").write_text("[env.staging.sync]\nestate = 'staging'\n")
    prompt.run("plan", "contracts", "--out", "plan.json", "--env", "staging", "--acls")
    told = prompt.run("apply", "plan.json", "--acls", env={"SLUICE_ENV": "staging"})
    assert told.exit_code == 0, told.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["plan.json", "contracts"], "plan.json is a plan and holds its contracts; apply it alone"),
        (["plan.json", "--yes"], "--yes takes whatever the plan holds, and a checksum one plan alone"),
        (["contracts", "--yes", "--checksum", "4f3c"], "--yes takes whatever the plan holds, and a checksum one plan"),
        (["plan.json", "--checksum", "4f3c"], "the plan file has another checksum than --checksum names"),
    ],
    ids=["more contracts", "a yes", "a yes and a checksum", "another checksum"],
)
def test_words_that_contradict_each_other_are_a_bad_call(prompt: Prompt, words: list[str], sentence: str) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    told = prompt.run("apply", *words)
    assert told.exit_code == 2, told.output
    assert sentence in told.stderr
    assert prompt.world.fake.subjects == {}


def test_a_plan_is_not_done_because_another_registry_has_nothing_to_do(prompt: Prompt) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    elsewhere = {"SLUICE_REGISTRY_URL": ELSEWHERE}
    assert prompt.run("apply", "contracts", "--yes", env=elsewhere).exit_code == 0
    told = prompt.run("apply", "plan.json", env=elsewhere)
    assert told.exit_code == 1, told.output
    assert "the plan was reviewed for another platform" in told.stderr
    assert ELSEWHERE in told.stderr


def test_a_plan_is_not_done_because_another_cluster_behind_the_same_address_has_nothing_to_do(prompt: Prompt) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    prompt.world.fake, prompt.world.broker = FakeRegistry(), FakeBroker(name="another-cluster")
    assert prompt.run("apply", "contracts", "--yes").exit_code == 0
    told = prompt.run("apply", "plan.json")
    assert told.exit_code == 1, told.output
    assert "another-cluster" in told.stderr


def test_a_plan_for_one_cluster_is_not_the_plan_for_another_behind_the_same_address(prompt: Prompt) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    prompt.world.broker = FakeBroker(name="another-cluster")
    told = prompt.run("apply", "plan.json")
    assert told.exit_code == 1, told.output
    assert prompt.world.broker.states == {}


def test_an_interrupted_apply_says_how_far_it_came_and_the_next_does_the_rest(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = prompt.world.broker
    create = broker.create

    def interrupted(name: str, *rest: object) -> None:
        if name == "orders.dead-letter":
            raise KeyboardInterrupt
        create(name, *rest)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(broker, "create", interrupted)
    told = prompt.run("apply", "contracts", "--yes")
    assert told.exit_code == 2, told.output
    assert "interrupted (2 of 7 changes were applied, and perhaps the next; plan again for the rest)" in told.stderr
    monkeypatch.setattr(broker, "create", create)
    rest = prompt.run("apply", "contracts", "--yes")
    assert (rest.exit_code, "applied 5 changes" in rest.stdout) == (0, True)


def test_a_plan_file_holds_no_secret_and_not_the_login(prompt: Prompt, tmp_path: Path) -> None:
    login = {"SLUICE_REGISTRY_USERNAME": "sync-login", "SLUICE_REGISTRY_PASSWORD": "open-sesame"}
    assert prompt.run("plan", "contracts", "--out", "plan.json", env=login).exit_code == 0
    assert not re.search("open-sesame|sync-login", (tmp_path / "plan.json").read_text())


@pytest.mark.parametrize("url", ["https://a:open-sesame@registry.example", "https://registry.example/?key=open-sesame"])
def test_an_address_with_a_secret_in_it_is_refused_before_it_is_written_anywhere(
    prompt: Prompt, tmp_path: Path, url: str
) -> None:
    told = prompt.run("plan", "contracts", "--out", "plan.json", "--registry", url)
    assert told.exit_code == 2
    assert "open-sesame" not in told.output
    assert not (tmp_path / "plan.json").exists()


def test_to_prune_an_estate_that_nobody_named_is_a_bad_call(prompt: Prompt) -> None:
    told = prompt.run("plan", "contracts", "--prune")
    assert told.exit_code == 2
    assert "every repository that names none shares the estate 'contracts'; name yours as sync.estate" in told.stderr
    assert prompt.run("plan", "contracts", "--prune", env={"SLUICE_SYNC_ESTATE": "shop"}).exit_code == 0


def test_the_plan_file_names_the_platform_that_it_was_made_for(prompt: Prompt, tmp_path: Path) -> None:
    prompt.run("plan", "contracts", "--out", "plan.json")
    document = json.loads((tmp_path / "plan.json").read_text())
    assert (document["cluster"], document["kafka"]) == ("fake-cluster", "127.0.0.1:9092")
