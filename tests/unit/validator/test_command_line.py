"""The flags of `sluice run validate` and `sluice submit validate`, and what they add up to."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from sluice.terminal import Fault
from tests.unit.validator.streams import frozen, frozen_set
from validator.commands.options import settings_of, wanted_of
from validator.commands.run import run
from validator.commands.submit import submit
from validator.frozen import AsItIs
from validator.last_good import keep
from validator.resolve import Wanted

NOTHING: dict[str, Any] = {
    "env": None,
    "config": None,
    "raws": (),
    "pins": (),
    "subject": None,
    "raw": None,
    "validated": None,
    "dead_letter": None,
}


def test_flags_lie_over_the_environment_and_that_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sluice.toml"
    file.write_text('[validator]\nname = "file"\nparallelism = 2\ncheckpoint_seconds = 3\n[kafka]\nbootstrap = "f:1"\n')
    monkeypatch.setenv("SLUICE_VALIDATOR_PARALLELISM", "4")
    monkeypatch.setenv("SLUICE_VALIDATOR_CHECKPOINT_SECONDS", "5")
    settings = settings_of({**NOTHING, "config": file, "checkpoint": 7.0, "bootstrap": "flag:1"})
    validator = settings.validator
    assert (validator.name, validator.parallelism, validator.checkpoint_seconds) == ("file", 4, 7)
    assert settings.kafka.bootstrap == "flag:1"
    assert validator.group == "sluice.file"


def test_a_subject_of_another_team_needs_its_topics() -> None:
    topics = {"raw": "clicks", "validated": "clicks.ok", "dead_letter": "clicks.bad"}
    asked = {**NOTHING, "subject": "clicks-value", **topics}
    assert wanted_of(asked) == Wanted(pins={}, as_it_is=(("clicks-value", AsItIs(id="clicks", **topics)),))
    with pytest.raises(Fault, match="give --validated, --dead-letter too"):
        wanted_of({**asked, "validated": None, "dead_letter": None})
    with pytest.raises(Fault, match="go with --subject"):
        wanted_of({**NOTHING, "raw": "clicks"})


MISTAKES = {
    "no duration": (["--reload", "soon"], "'soon' is no duration; write 30s, 5m or 1h"),
    "no pin": (["--pin", "flights"], "'flights' is no pin; write flights=3"),
    "no parallelism": (["--parallelism", "0"], "0 is not in the range"),
    "too fast a look": (["--reload", "0.1s"], "validator.reload_seconds"),
    "no port": (["--metrics", "http"], "metrics_ports is a port"),
    "a transaction that one late checkpoint would end": (
        ["--checkpoint", "201s"],
        "transaction_timeout_seconds (600) must be 3 times checkpoint_seconds (201) or more, here 603",
    ),
    "a login in Flink's address": (
        ["--env", "secret"],
        "flink_url holds a user or a password, and would be printed",
    ),
    "no address of Flink": (["--env", "nowhere"], "validator.flink_url: Input should be a valid URL"),
    "no name": (["--name", "a b"], "validator.name"),
}


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("command", [run, submit])
def test_a_bad_call_is_one_sentence_and_exit_2(name: str, command: Any, tmp_path: Path) -> None:
    flags, sentence = MISTAKES[name]
    file = tmp_path / "sluice.toml"
    file.write_text(
        '[env.secret.validator]\nflink_url = "http://ann:open-sesame@flink:8081"\n'
        '[env.nowhere.validator]\nflink_url = "flink"\n'
    )
    answer = CliRunner().invoke(command, ["validate", "--config", str(file), *flags])
    assert answer.exit_code == 2
    assert sentence in " ".join(answer.output.replace("│", " ").split())
    assert "Traceback" not in answer.output
    assert "sesame" not in answer.output


def test_a_registry_that_is_down_is_one_sentence_and_exit_2(tmp_path: Path) -> None:
    file = tmp_path / "sluice.toml"
    file.write_text('[registry]\nurl = "http://127.0.0.1:9"\nretries = 0\n')
    answer = CliRunner().invoke(submit, ["validate", "--config", str(file), "--state", str(tmp_path)])
    assert answer.exit_code == 2
    assert "the registry at http://127.0.0.1:9 does not answer" in answer.output


def test_the_last_good_copy_is_asked_for_what_this_call_asks_for(tmp_path: Path) -> None:
    file = tmp_path / "sluice.toml"
    file.write_text('[registry]\nurl = "http://127.0.0.1:9"\nretries = 0\n')
    keep(msgspec.structs.replace(frozen_set(frozen("a")), registry="http://127.0.0.1:9"), tmp_path / "validate")
    flags = ["validate", "--config", str(file), "--state", str(tmp_path), "--last-good", "--only", "b.raw"]
    answer = CliRunner().invoke(submit, flags)
    assert answer.exit_code == 2
    assert "was made for all contracts, not for --only b.raw" in answer.output
