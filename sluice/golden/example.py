"""One golden record, and the verdict that its author expects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sluice.problem import Place
from sluice.verdict.model import Violation

Word = Literal["valid", "invalid", "control"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Expected:
    """A violation that must be among the verdict's, by its rule and its place in the record."""

    rule: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.rule} at {self.pointer or 'the record'}"

    @staticmethod
    def of(violation: Violation) -> "Expected":
        """The part of a violation that an author states."""
        return Expected(rule=violation.rule, pointer=violation.pointer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A record as it would come, and what is expected of it; None expects nothing in particular.

    ``violations`` and ``observed`` are all of them, in any order.
    """

    name: str
    place: Place
    value: bytes | None
    verdict: Word
    key: bytes | None = None
    headers: Mapping[str, bytes | None] = field(default_factory=dict)
    object: str | None = None
    code: str | None = None
    violations: tuple[Expected, ...] | None = None
    observed: tuple[Expected, ...] | None = None
