"""The one table of commands."""

import pytest
from click.testing import CliRunner

from sluice.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"])
    assert told.exit_code == 0, told.output
    assert "Usage" in told.output


@pytest.mark.parametrize(("word", "told"), [("vlidate", "did you mean 'validate'?"), ("zzzz", "use one of: ")])
def test_an_unknown_command_is_told_with_the_way_out(word: str, told: str) -> None:
    ended = CliRunner().invoke(main, [word])
    assert ended.exit_code == 2
    assert told in " ".join(ended.output.replace("│", " ").split())
