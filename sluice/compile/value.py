"""What the compilers share: schemas as plain JSON, complaints about a field, and how its parts are built."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sluice.contract.model import Field
from sluice.problem import Severity

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Why a field's options cannot be compiled; blind to its place, which the walker adds."""

    code: str
    message: str
    way_out: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How a compiler builds the fields within its own: ``child`` compiles one, ``closed`` forbids undeclared names."""

    child: Callable[[Field], Schema]
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCompiler:
    """One logical type: its draft-07 schema without null and enum, and what in its options has no meaning there."""

    schema: Callable[[Field, Build], Schema]
    complaints: Callable[[Field], Iterator[Complaint]]


def no_complaints(field: Field) -> Iterator[Complaint]:
    """For a type whose options are always fine."""
    del field
    yield from ()


def number(value: float) -> int | float:
    """The number as JSON should spell it: 5.0 and 5 are one bound, so they are one text."""
    exact = 2**53
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < exact else value
