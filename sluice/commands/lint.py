"""``sluice lint``: every problem of every contract, each with its place and the way out."""

import sys
from pathlib import Path

import rich_click as click

from sluice.commands.contract_files import read_contracts
from sluice.commands.problems_view import count, plural, render
from sluice.contract.estate import lint_all
from sluice.contract.profile.editor import editor_schema
from sluice.problem import Problem, Severity
from sluice.terminal import CLEAN, FINDINGS, Fault, emit_json, err, faults_as_sentences, out


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of contracts, for completion in editors, and stop.")
def lint(paths: tuple[Path, ...], *, as_json: bool, strict: bool, schema: bool) -> None:
    """Check contracts: files, or folders searched for *.odcs.yaml.

    Exit code 0: no error. 1: errors (with --strict also warnings). 2: a path that cannot be read.
    """
    with faults_as_sentences():
        if schema:
            emit_json(editor_schema())
            return
        if not paths:
            raise Fault("name a contract or a folder of contracts: sluice lint contracts")
        files = read_contracts(paths)
        problems = tuple(problem for reading in lint_all(files) for problem in reading.problems)
        if as_json:
            emit_json(_document(problems, len(files)))
        else:
            _show(problems, files)
        sys.exit(_exit_code(problems, strict=strict))


def _show(problems: tuple[Problem, ...], files: dict[str, bytes]) -> None:
    for block in render(problems, files):
        out.print(block)
    errors, warnings = count(problems, Severity.ERROR), count(problems, Severity.WARNING)
    told = [plural(errors, "error"), plural(warnings, "warning")] if problems else ["clean"]
    colour = "red" if errors else "yellow" if warnings else "green"
    err.print(f"[{colour}]{plural(len(files), 'contract')}: {', '.join(told)}[/]")


def _document(problems: tuple[Problem, ...], files: int) -> dict[str, object]:
    return {
        "contracts": files,
        "errors": count(problems, Severity.ERROR),
        "warnings": count(problems, Severity.WARNING),
        "problems": [problem.as_json() for problem in problems],
    }


def _exit_code(problems: tuple[Problem, ...], *, strict: bool) -> int:
    refused = any(strict or problem.severity is Severity.ERROR for problem in problems)
    return FINDINGS if refused else CLEAN
