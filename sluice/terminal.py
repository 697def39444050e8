"""What commands share when they speak: tables for people on stdout, JSON for machines, errors with a way out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NoReturn

import orjson
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment

from sluice.harmless import harmless

CLEAN: Final = 0
FINDINGS: Final = 1
FAULT: Final = 2


@dataclass(frozen=True, slots=True)
class _Shown:
    """Whatever is printed, with the words of others made harmless; styles and the cursor's own codes stay apart."""

    told: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self.told, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)


class _Harmless(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Called by the console for all that is printed."""
        return [_Shown(told) for told in renderables]


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=True)
    console.push_render_hook(_Harmless())
    return console


out = _console()
err = _console(stderr=True)


class Fault(Exception):  # noqa: N818 - the third kind of wrong, in the words of the style: the world's fault
    """The world's fault or a bad call: one sentence that says what is wrong and what to do. Exit 2."""


def emit_json(value: object) -> None:
    """Print one JSON document on stdout; escapes make it harmless on a terminal and leave its values as they are."""
    sys.stdout.write(harmless(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()) + "\n")


def fail(sentence: str) -> NoReturn:
    """Print the sentence on stderr and leave with exit code 2."""
    err.print(f"[bold red]error:[/] {_plain(sentence)}")
    sys.exit(FAULT)


@contextmanager
def faults_as_sentences() -> Iterator[None]:
    """Turn a Fault raised below into one sentence and exit 2; anything else is a defect and keeps its traceback."""
    try:
        yield
    except Fault as fault:
        fail(str(fault))


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
