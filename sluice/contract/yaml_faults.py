"""What is no YAML at all, said in words: the parser's errors with their places."""

import re
from typing import Final

import yaml

from sluice.problem import Place, Problem

_NO_BLANK: Final = re.compile(r"\s*(?:- )?[A-Za-z_]\w*:[^\s:/]")
SAID: Final = {  # what the parser says -> what people understand
    "could not find expected ':'": "a ':' is missing after a key",
    "did not find expected key": "something stands here that is neither a key nor the end of the value before",
    "did not find expected '-' indicator": "a '- ' was expected here: lines of one list stand in one column",
    "mapping values are not allowed": "a ':' stands where no key can be",
    "did not find expected ',' or ']'": "a ',' or a ']' is missing",
    "did not find expected ',' or '}'": "a ',' or a '}' is missing",
    "found unexpected end of stream": "a quote does not close",
    "found character that cannot start any token": "no value can begin with this character; put the value in quotes",
    "did not find expected <document start>": "the text goes on after its end",
}


class UnreadableError(Exception):
    """The text cannot be read on; carries the problem that it is."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def problem_of(error: yaml.YAMLError, lines: list[str], file: str) -> Problem:
    """The problem that an error of the parser is; ``lines`` are those of the text."""
    if isinstance(error, yaml.reader.ReaderError):
        return _control_character(int(error.position), lines, file)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(file=file, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=file)
    said = str(getattr(error, "problem", None) or error)
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if line[place.column - 1 : place.column] == "\t" or "\\t" in said or "tab" in said:
        return Problem(
            place=place,
            code="yaml-tab",
            message="a tab stands where YAML wants spaces",
            way_out="indent with spaces",
        )
    ours = next((ours for theirs, ours in SAID.items() if theirs in said), said)
    return Problem(
        place=place, code="yaml-syntax", message=f"this is no YAML: {ours}", way_out=_way_out(lines, place.line)
    )


def _way_out(lines: list[str], number: int) -> str:
    for candidate in (number, number - 1):
        if 0 < candidate <= len(lines) and _NO_BLANK.match(lines[candidate - 1]):
            return f"put a blank after the ':' in line {candidate}"
    return "look at indentation, quotes and brackets here and in the line above"


def _control_character(position: int, lines: list[str], file: str) -> Problem:
    before = "\n".join(lines)[:position]
    return Problem(
        place=Place(file=file, line=before.count("\n") + 1, column=len(before) - before.rfind("\n")),
        code="control-character",
        message="a control character stands here",
        way_out="delete it; it is often invisible",
    )
