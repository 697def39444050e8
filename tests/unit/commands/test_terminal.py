"""What the commands show of other people's data cannot steer the terminal that shows it."""

import json

import pytest
from rich.markup import escape
from rich.table import Table

from sluice.harmless import harmless
from sluice.terminal import emit_json, err, fail, out

STEERING = {
    "an escape": "\x1b[2J",
    "an escape of one character": "\x9b2J",
    "a title": "\x1b]0;owned\x07",
    "a carriage return": "a\rb",
    "an override of direction": "\u202egpj.exe",
    "an isolate": "\u2067a\u2069",
    "a mark of direction": "\u200fa",
    "a separator of lines": "a\u2028b",
}
HARMFUL = {character for text in STEERING.values() for character in text if not character.isascii() or character < " "}


@pytest.mark.parametrize("name", STEERING)
def test_nothing_that_is_printed_steers_the_terminal(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = STEERING[name]
    table = Table(box=None)
    table.add_column("reason")
    table.add_row(escape(text))
    out.print(escape(text))
    out.print(table)
    err.print(f"[bold]{escape(text)}[/]")
    with pytest.raises(SystemExit):
        fail(text)
    told = capsys.readouterr()
    assert not HARMFUL.difference("\n") & {*told.out, *told.err}


@pytest.mark.parametrize("name", STEERING)
def test_json_is_harmless_too_and_says_the_same(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    emit_json({"actual": STEERING[name]})
    told = capsys.readouterr().out
    assert not HARMFUL & set(told.replace("\n", ""))
    assert json.loads(told) == {"actual": STEERING[name]}


@pytest.mark.parametrize("text", ["plain", "naïve 日本 🛫", "two\nlines\tand a tab", "שלום"])
def test_other_text_stays_as_it_is(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert harmless(text) == text
    out.print(text)
    assert capsys.readouterr().out == text.expandtabs(8) + "\n"


def test_half_a_surrogate_pair_is_shown_and_does_not_end_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    out.print("a \ud800")
    assert capsys.readouterr().out == "a \\ud800\n"
