"""What an author has to change in a rule: told with its place inside the rule and the way out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CelProblem:
    """Why a rule cannot be used. ``line`` and ``column`` count from 1 inside the rule; None where none is known."""

    message: str
    way_out: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}: " if self.line is not None and self.column is not None else ""
        return f"{place}{self.message}" + (f"; {self.way_out}" if self.way_out else "")
