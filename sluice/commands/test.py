"""``sluice test``: the golden records beside each contract, judged by the gate of the stream."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click
from rich.markup import escape

from sluice.commands.contract_files import EXAMPLES, SUFFIXES, read_contracts
from sluice.commands.gates import Judged, judged, read_contract, refuse
from sluice.commands.problems_view import plural
from sluice.contract.source import SIZE_BYTES_MAX
from sluice.golden.example import Example
from sluice.golden.judge import Mismatch, mismatches
from sluice.golden.read import read_examples
from sluice.problem import Severity
from sluice.terminal import CLEAN, FINDINGS, Fault, emit_json, err, faults_as_sentences, out


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A golden record, and what of it is not as expected."""

    example: Example
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The golden records of one contract; None where no file of them is beside it."""

    contract: str
    outcomes: tuple[Outcome, ...] | None

    @property
    def failed(self) -> int:
        """How many are not as expected."""
        return sum(bool(outcome.mismatches) for outcome in self.outcomes or ())


@click.command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
def test(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Judge the golden records (NAME.examples.yaml) beside contracts: files, or folders searched for *.odcs.yaml.

    Exit code 0: all verdicts are as expected. 1: some are not. 2: a file cannot be read.
    """
    with faults_as_sentences():
        suites = [_suite(file, text) for file, text in read_contracts(paths).items()]
        if all(suite.outcomes is None for suite in suites):
            raise Fault(
                f"no golden records beside {plural(len(suites), 'contract')}: "
                f"they stand in a file that ends in {EXAMPLES}, where the contract's ends in {SUFFIXES[0]}"
            )
        if as_json:
            emit_json(_document(suites))
        else:
            _show(suites)
        sys.exit(FINDINGS if any(suite.failed for suite in suites) else CLEAN)


def _suite(file: str, text: bytes) -> Suite:
    beside = Path(_stem(file) + EXAMPLES)
    if not beside.is_file():
        return Suite(contract=file, outcomes=None)
    examples_text = _read(beside)
    examples, problems = read_examples(examples_text, str(beside))
    if any(problem.severity is Severity.ERROR for problem in problems):
        refuse(problems, examples_text, str(beside))
    contract = read_contract(text, file)
    gates: dict[str | None, Judged] = {
        name: judged(contract, text, name) for name in dict.fromkeys(example.object for example in examples)
    }
    outcomes = (
        Outcome(example=example, mismatches=mismatches(example, gates[example.object].gate)) for example in examples
    )
    return Suite(contract=file, outcomes=tuple(outcomes))


def _stem(file: str) -> str:
    return next((file.removesuffix(suffix) for suffix in SUFFIXES if file.endswith(suffix)), file.rsplit(".", 1)[0])


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(SIZE_BYTES_MAX + 1)
    except OSError as error:
        raise Fault(f"cannot read {path}: {(error.strerror or 'the system refused').lower()}") from None


def _show(suites: list[Suite]) -> None:
    for suite in suites:
        for outcome in suite.outcomes or ():
            if outcome.mismatches:
                for line in _diff(outcome):
                    out.print(line)
    for suite in suites:
        if suite.outcomes is None:
            err.print(f"[yellow]{escape(suite.contract)}: no golden records[/]")
        else:
            colour, agree = "red" if suite.failed else "green", len(suite.outcomes) - suite.failed
            told = f"{agree} of {plural(len(suite.outcomes), 'golden record')} as expected"
            err.print(f"[{colour}]{escape(suite.contract)}: {told}[/]")


def _diff(outcome: Outcome) -> Iterator[str]:
    yield f"[bold]{escape(str(outcome.example.place))}[/] {escape(outcome.example.name)}"
    for mismatch in outcome.mismatches:
        if mismatch.expected is not None:
            yield f"  [red]- expected {mismatch.what}: {escape(mismatch.expected)}[/]"
        if mismatch.actual is not None:
            yield f"  [green]+ actual {mismatch.what}: {escape(mismatch.actual)}[/]"
    yield ""


def _document(suites: list[Suite]) -> dict[str, Any]:
    return {
        "examples": sum(len(suite.outcomes or ()) for suite in suites),
        "failed": sum(suite.failed for suite in suites),
        "contracts": [_suite_document(suite) for suite in suites],
    }


def _suite_document(suite: Suite) -> dict[str, Any]:
    failures = [
        {
            "name": outcome.example.name,
            "file": outcome.example.place.file,
            "line": outcome.example.place.line,
            "mismatches": [
                {"what": each.what, "expected": each.expected, "actual": each.actual} for each in outcome.mismatches
            ],
        }
        for outcome in suite.outcomes or ()
        if outcome.mismatches
    ]
    examples = None if suite.outcomes is None else len(suite.outcomes)
    return {"contract": suite.contract, "examples": examples, "failures": failures}
