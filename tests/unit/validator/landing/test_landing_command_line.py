"""The flags of `sluice run land` and `sluice submit land`, what they add up to, and a beginner's mistakes."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sluice.terminal import Fault
from validator.commands.land_options import deployment_of, settings_of
from validator.commands.run import run
from validator.commands.submit import submit

NOTHING: dict[str, Any] = {"env": None, "config": None, "endings": (), "topics": ()}
SECRET = "open-sesame"  # noqa: S105 - the secret that must not leak


class Quiet:
    """A log that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def info(self, event: str, **told: Any) -> None:
        self.lines.append({"event": event, **told})


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_flags_lie_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sluice.toml").write_text('[lake]\nroot = "s3://file"\n[landing]\nname = "file"\ntopics = ["clicks-ok"]\n')
    monkeypatch.setenv("SLUICE_LANDING_NAME", "environment")
    monkeypatch.setenv("SLUICE_LANDING_ENDINGS", '[".good"]')
    settings = settings_of({**NOTHING, "lake": "s3://flag", "checkpoint": 5.0, "contracts": False})
    assert settings.lake.root == "s3://flag"
    landing = settings.landing
    assert (landing.name, landing.group, landing.topics) == ("environment", "sluice.environment", ("clicks-ok",))
    assert (landing.endings, landing.checkpoint_seconds, landing.contracts) == ((".good",), 5, False)


def test_without_the_registry_the_names_alone_decide_and_no_secret_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_LAKE_ACCESS_KEY", SECRET)
    monkeypatch.setenv("SLUICE_LAKE_SECRET_KEY", SECRET)
    log: Any = Quiet()
    made = deployment_of({**NOTHING, "lake": "s3://lake", "contracts": False, "topics": ("clicks-ok",)}, log)
    assert made.pattern == r".+\.dead\-letter|.+\.validated|clicks\-ok"
    assert SECRET not in str(log.lines)


def test_a_registry_that_is_down_is_told_with_the_way_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_REGISTRY_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SLUICE_REGISTRY_RETRIES", "0")
    log: Any = Quiet()
    with pytest.raises(Fault, match=r"does not answer.*; --no-contracts asks no registry, and lands what ends in"):
        deployment_of({**NOTHING, "lake": "s3://lake"}, log)


MISTAKES = {
    "no lake": ([], "settings: lake.root: is not given: file:///folder, or s3://bucket (SLUICE_LAKE_ROOT)"),
    "another storage": (["--lake", "gs://lake"], "lake.root: is neither file:///folder nor s3://bucket/prefix"),
    "no duration": (["--lake", "l", "--checkpoint", "soon"], "'soon' is no duration; write 30s, 5m or 1h"),
    "too many commits": (["--lake", "l", "--checkpoint", "0.1s"], "landing.checkpoint_seconds: Input should be"),
    "a pattern for a name": (["--lake", "l", "--topic", "flights.*"], "'flights.*' can be no topic's name; patterns"),
    "no name": (["--lake", "l", "--name", "a b"], "landing.name"),
    "no parallelism": (["--lake", "l", "--parallelism", "0"], "0 is not in the range"),
    "a misspelt flag": (["--lak", "l"], "No such option '--lak'"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("command", [run, submit])
def test_a_bad_call_is_one_sentence_and_exit_2(name: str, command: Any) -> None:
    flags, sentence = MISTAKES[name]
    answer = CliRunner().invoke(command, ["land", *flags])
    assert answer.exit_code == 2
    assert sentence in " ".join(answer.output.replace("│", " ").split())
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("command", [run, submit])
def test_help_names_what_is_landed_and_where(command: Any) -> None:
    answer = CliRunner().invoke(command, ["land", "--help"], env={"COLUMNS": "120"})
    assert answer.exit_code == 0
    for word in ("--lake", "--ending", "--checkpoint", "--from-files", "--json"):
        assert word in answer.output
