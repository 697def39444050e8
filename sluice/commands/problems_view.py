"""Problems for people: the sentence, the line of the file with a caret below it, and the way out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rich.text import Text

from sluice.problem import Place, Problem, Severity

COLOURS: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}
WIDTH: Final = 110
BEFORE: Final = 40


def render(problems: Iterable[Problem], files: Mapping[str, bytes]) -> Iterator[Text]:
    """One block for each problem; ``files`` are the texts that the places point into."""
    lines = {file: _lines(text) for file, text in files.items()}
    for problem in problems:
        yield _block(problem, _line(lines.get(problem.place.file, []), problem.place))


def count(problems: Iterable[Problem], severity: Severity) -> int:
    """How many of a severity."""
    return sum(problem.severity is severity for problem in problems)


def plural(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _block(problem: Problem, line: str) -> Text:
    colour = COLOURS[problem.severity]
    margin = " " * len(str(problem.place.line))
    block = Text()
    block.append(f"{problem.severity.value}", colour)
    block.append(f"[{problem.code}]", colour)
    block.append(f" {_shown(problem.message)}\n", "bold")
    block.append(f"{margin}--> ", "blue")
    block.append(f"{problem.place}\n")
    if line:
        shown, column = _window(line, problem.place.column)
        block.append(f"{problem.place.line} | ", "blue")
        block.append(f"{shown}\n")
        block.append(f"{margin} | ", "blue")
        block.append(f"{' ' * (column - 1)}^\n", colour)
    if problem.way_out:
        block.append(f"{margin} = ", "blue")
        block.append(f"{_shown(problem.way_out)}\n")
    return block


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a long line around a column, and the column within it."""
    start = max(0, column - 1 - BEFORE) if len(line) > WIDTH else 0
    part = line[start : start + WIDTH]
    before = "..." if start else ""
    after = "..." if start + WIDTH < len(line) else ""
    return before + _shown(part) + after, column - start + len(before)


def _line(lines: list[str], place: Place) -> str:
    return lines[place.line - 1] if 0 < place.line <= len(lines) else ""


def _lines(text: bytes) -> list[str]:
    return text.decode(errors="replace").removeprefix("\ufeff").split("\n")


def _shown(text: str) -> str:
    """Characters that would move the cursor are shown as blanks."""
    return "".join(character if character.isprintable() else " " for character in text)
