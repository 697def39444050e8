"""Contracts from the disk: the files behind the given paths, read, linted together, and refused with their problems."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sluice.contract.estate import lint_all
from sluice.contract.model import Contract
from sluice.problem import Problem
from sluice.terminal import Fault

PATTERN: Final = "*.odcs.yaml"


def contract_files(paths: Iterable[str]) -> tuple[Path, ...]:
    """The contract files among ``paths``; a folder stands for all contracts below it. Fault where there are none."""
    files: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            files.update(path.rglob(PATTERN))
        elif path.is_file():
            files.add(path)
        else:
            raise Fault(f"{path} is neither a file nor a folder")
    if not files:
        raise Fault(f"no contract found: nothing below {', '.join(paths)} is called {PATTERN}")
    return tuple(sorted(files))


def read_contracts(paths: Iterable[str]) -> tuple[tuple[Contract, ...], tuple[Problem, ...]]:
    """The contracts, and every problem; a contract with an error is not among the first."""
    texts = {str(file): _bytes(file) for file in contract_files(tuple(paths))}
    readings = lint_all(texts)
    contracts = tuple(reading.contract for reading in readings if reading.contract is not None)
    return contracts, tuple(problem for reading in readings for problem in reading.problems)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Fault(f"{file} cannot be read: {error.strerror}") from None
