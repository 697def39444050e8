"""The demo's commands: shown as typed, their logs kept, their failures told with the last lines."""

from pathlib import Path

import pytest

from demo.shell import environment_of, show, summarise
from sluice.terminal import Fault


def test_a_command_is_shown_as_typed_and_its_last_line_stands_for_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    summarise("--version", environment={}, log=tmp_path / "version.log")
    shown, typed = capfd.readouterr()
    assert typed == "$ sluice --version\n"
    assert shown == (tmp_path / "version.log").read_text()


def test_a_failure_is_told_with_its_exit_code_and_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "down.log"
    with pytest.raises(Fault, match=r"(?s)`sluice down --fast` ended with exit code 2; .*down\.log says:.*--fast"):
        summarise("down", "--fast", environment={}, log=log)


def test_a_failure_of_a_command_that_was_shown_is_one_sentence() -> None:
    with pytest.raises(Fault, match=r"^`sluice down --fast` ended with exit code 2$"):
        show("down", "--fast", environment={})


def test_the_users_own_settings_do_not_reach_the_command_but_the_folder_of_jars_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICE_KAFKA_BOOTSTRAP", "production:9092")
    monkeypatch.setenv("SLUICE_JARS", "jars")
    monkeypatch.setenv("COLOUR", "green")
    found = environment_of({"SLUICE_CONFIG": "demo.toml"})
    assert {name: value for name, value in found.items() if name.startswith("SLUICE_")} == {
        "SLUICE_JARS": "jars",
        "SLUICE_CONFIG": "demo.toml",
    }
    assert found["COLOUR"] == "green"
    log = tmp_path / "status.log"
    monkeypatch.setenv("SLUICE_STACK_HOME", str(tmp_path / "file"))
    (tmp_path / "file").touch()
    with pytest.raises(Fault, match="exit code 1"):
        summarise("status", "--json", environment={}, log=log)


def test_the_environment_reaches_the_command(tmp_path: Path) -> None:
    home = tmp_path / "stack"
    log = tmp_path / "status.log"
    with pytest.raises(Fault, match="exit code 1"):
        summarise("status", "--json", environment={"SLUICE_STACK_HOME": str(home)}, log=log)
    assert '"processes": []' in log.read_text()
    assert not home.exists()
