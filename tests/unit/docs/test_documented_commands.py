"""Every command that the documentation shows exists with the options shown; those that need no platform are run."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rich_click as click

from sluice.cli import COMMANDS, main

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("contracts/*.md"), *ROOT.glob("benchmarks/*.md")]
)
FENCE = re.compile(r"^```(?:bash|sh|console|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)
OFFLINE = frozenset({"lint", "test", "validate", "compat", "init", "profile"})
NEEDS_A_PLACE = re.compile(r"FOLDER|NAME|\.\.\.|<|\$|\||>")


def commands_of(page: Path) -> list[list[str]]:
    text = page.read_text("utf-8").replace("\\\n", " ")
    found = []
    for block in FENCE.findall(text):
        for line in block.splitlines():
            words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if words.startswith("sluice "):
                found.append(shlex.split(words.split(" | ")[0].split(" > ")[0], comments=True)[1:])
    return found


SHOWN = [(page, words) for page in PAGES for words in commands_of(page)]
IDS = [f"{page.relative_to(ROOT)}: sluice {' '.join(words)}" for page, words in SHOWN]


def test_the_documentation_shows_commands() -> None:
    assert len(SHOWN) > 10
    assert {words[0] for _, words in SHOWN} >= set(COMMANDS), "a command that no page shows"


@pytest.mark.parametrize(("page", "words"), SHOWN, ids=IDS)
def test_a_shown_command_exists_with_its_options(page: Path, words: list[str]) -> None:
    command: click.Command = main
    context = click.Context(main)
    rest = words
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(context, rest[0])
        assert found is not None, f"{page.name}: no command {rest[0]}"
        command, rest = found, rest[1:]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    shown = {word.split("=")[0] for word in rest if word.startswith("-") and word != "-"}
    assert shown <= known | {"--help", "-h", "--version"}, f"{page.name}: unknown options {shown - known}"


RUN = [
    (page, words)
    for page, words in SHOWN
    if words[0] in OFFLINE and not any(NEEDS_A_PLACE.search(word) for word in words)
]


@pytest.mark.thorough
@pytest.mark.parametrize(("page", "words"), RUN, ids=[" ".join(words) for _, words in RUN])
def test_a_shown_command_that_needs_no_platform_runs(page: Path, words: list[str], tmp_path: Path) -> None:
    del page
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    shutil.copytree(ROOT / "demo" / "data", tmp_path / "demo" / "data")
    ended = subprocess.run(
        [sys.executable, "-c", "from sluice.cli import main; main()", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode in (0, 1), ended.stderr
    assert "Traceback" not in ended.stderr
