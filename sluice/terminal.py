"""What commands share when they speak: tables for people on stdout, JSON for machines, errors with a way out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import orjson
from rich.console import Console

CLEAN: Final = 0
FINDINGS: Final = 1
FAULT: Final = 2

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Fault(Exception):  # noqa: N818 - the third kind of wrong, in the words of the style: the world's fault
    """The world's fault or a bad call: one sentence that says what is wrong and what to do. Exit 2."""


def emit_json(value: object) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


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
