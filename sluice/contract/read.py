"""From the text of a file to the contract, or to every problem in it at once."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from sluice.contract import checks, profile, source, standard
from sluice.contract.build import build
from sluice.contract.draft import Draft, draft
from sluice.contract.model import Contract
from sluice.contract.tree import MapNode
from sluice.problem import Place, Problem, Severity

SHOWN_MAX: Final = 200  # of one file


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
    return examine(text, file).reading


class Examined(NamedTuple):
    """A reading with the file as its author wrote it, for checks across files."""

    written: Draft | None
    reading: Reading


def examine(text: bytes, file: str) -> Examined:
    """Read a file and find all problems in it."""
    read = source.read(text, file)
    if read.root is None:
        return Examined(None, Reading(None, read.problems))
    if not isinstance(read.root, MapNode):
        return Examined(None, Reading(None, (*read.problems, _no_contract(read.root.place))))
    written = draft(read.root, file)
    contract = build(written)
    told = list(read.problems)
    told += _news([*standard.problems(read.root), *profile.problems(written)], told)
    told += _news(checks.problems(written, contract, told), told)
    return Examined(written, Reading(None if is_refused(told) else contract, in_order(told)))


def _news(problems: Iterable[Problem], told: Iterable[Problem]) -> list[Problem]:
    """What is not about a value that was told to be wrong already."""
    places = {one.place for one in told if one.severity is Severity.ERROR and one.code != "missing-key"}
    return [problem for problem in problems if problem.place not in places]


def is_refused(problems: Iterable[Problem]) -> bool:
    """Whether any of them is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems as one reads the file, each once."""
    told = sorted(dict.fromkeys(problems), key=lambda problem: (problem.place, problem.code))
    return (*told[:SHOWN_MAX], _rest(told[SHOWN_MAX:])) if len(told) > SHOWN_MAX else tuple(told)


def _rest(untold: list[Problem]) -> Problem:
    """The end of a long list; the searches that fill it have bounds of their own, hence "at least"."""
    return Problem(
        place=untold[0].place,
        code="more-problems",
        message=f"at least {len(untold)} further problems are not shown",
        way_out="mend the first ones, and look again",
        severity=Severity.ERROR if is_refused(untold) else Severity.WARNING,
    )


def _no_contract(place: Place) -> Problem:
    return Problem(
        place=place,
        code="no-contract",
        message="this file holds no mapping of keys, so it is no contract",
        way_out="it begins with `apiVersion: v3.2.0` and `kind: DataContract`; `sluice init` writes a first one",
    )
