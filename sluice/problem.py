"""A problem: what the author of a contract has to change, told with its place, its reason and the way out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How grave a problem is: an error refuses the file, a warning is told and lets it pass."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A point in a file; line and column count from 1, as editors do."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of an author's file.

    ``code`` is stable and may be matched on (kebab-case); ``message`` and ``way_out`` are sentences for people.
    """

    place: Place
    code: str
    message: str
    way_out: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        hint = f"; {self.way_out}" if self.way_out else ""
        return f"{self.place}: {self.message}{hint} [{self.code}]"

    def as_json(self) -> dict[str, Any]:
        """The problem as a JSON object with the keys file, line, column, code, severity, message, way_out."""
        return {
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "way_out": self.way_out,
        }
