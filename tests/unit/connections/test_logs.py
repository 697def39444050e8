import json

import pytest

from connections.logs import TEXT_MAX, configure


def test_a_line_is_one_json_object_on_stderr_with_the_process_and_the_decision(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure("apply").info("applied", change="register", name="a\nb")
    told = capsys.readouterr()
    line = json.loads(told.err)
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert (line["process"], line["event"], line["level"], line["name"]) == ("apply", "applied", "info", "a\nb")
    assert line["at"].endswith("Z")


@pytest.mark.parametrize("key", ["password", "sasl_password", "registry_token", "Authorization", "client_secret"])
def test_what_sounds_like_a_secret_is_masked(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure("apply").info("connected", **{key: "open-sesame"})
    assert "open-sesame" not in capsys.readouterr().err


def test_a_long_text_is_cut_and_says_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    configure("apply").info("told", text="x" * (TEXT_MAX + 5))
    assert json.loads(capsys.readouterr().err)["text"].endswith("… (5 more characters)")


def test_a_person_at_a_terminal_reads_words_that_cannot_steer_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    configure("apply").info("applied", change="register\x1b[2J", password="open-sesame")  # noqa: S106 - the test's own
    told = capsys.readouterr().err
    assert "applied" in told
    assert "\x1b[2J" not in told
    assert "open-sesame" not in told
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(told)


def test_a_stream_that_only_takes_text_gets_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the one that Flink puts in place of stderr."""

    class Catcher:
        def __init__(self) -> None:
            self.told = ""

        def write(self, text: str) -> None:
            self.told += text

        def flush(self) -> None:
            pass

    catcher = Catcher()
    monkeypatch.setattr("sys.stderr", catcher)
    configure("apply").info("applied")
    assert json.loads(catcher.told)["event"] == "applied"
