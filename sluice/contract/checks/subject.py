"""What a check looks at, and how it speaks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sluice.contract.draft import Draft, ObjectDraft
from sluice.contract.model import Contract
from sluice.contract.tree import Node
from sluice.problem import Place, Problem, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One file: as written, as a contract (with defaults where it is wrong), and what was found wrong before."""

    draft: Draft
    contract: Contract
    told: tuple[Problem, ...] = ()

    @property
    def streams(self) -> tuple[ObjectDraft, ...]:
        """The objects that are streamed."""
        return tuple(found for found in self.draft.objects if found.stream is not None)

    def is_sound(self, node: Node) -> bool:
        """Whether no error was told in the lines of a node."""
        lines = range(node.place.line, node.end_line + 1)
        return not any(told.severity is Severity.ERROR and told.place.line in lines for told in self.told)


Check = Callable[[Subject], Iterator[Problem]]


def error(place: Place, code: str, message: str, way_out: str = "") -> Problem:
    """A problem that refuses the file."""
    return Problem(place=place, code=code, message=message, way_out=way_out)


def warning(place: Place, code: str, message: str, way_out: str = "") -> Problem:
    """A problem that is told and lets the file pass."""
    return Problem(place=place, code=code, message=message, way_out=way_out, severity=Severity.WARNING)
