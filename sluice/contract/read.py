"""From the text of a file to the contract, or to every problem in it at once."""

from typing import NamedTuple

from sluice.contract import source
from sluice.contract.build import build
from sluice.contract.draft import draft
from sluice.contract.model import Contract
from sluice.contract.tree import MapNode
from sluice.problem import Problem, Severity


class Reading(NamedTuple):
    """What a file says: the contract where no error refuses it, and all that was found, in the file's order."""

    contract: Contract | None
    problems: tuple[Problem, ...]


def parse(text: bytes, file: str) -> Contract | tuple[Problem, ...]:
    """The contract, or all its problems. Warnings refuse nothing. Never raises on any text."""
    reading = lint(text, file)
    return reading.problems if reading.contract is None else reading.contract


def lint(text: bytes, file: str) -> Reading:
    """The contract and its problems, warnings included. ``file`` is only told back, never opened."""
    read = source.read(text, file)
    problems = list(read.problems)
    if not isinstance(read.root, MapNode):
        return Reading(None, tuple(problems))
    written = draft(read.root, file)
    contract = build(written)
    refused = any(problem.severity is Severity.ERROR for problem in problems)
    return Reading(None if refused else contract, tuple(sorted(problems, key=lambda problem: problem.place)))
