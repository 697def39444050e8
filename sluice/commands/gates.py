"""From a contract's text to the gate that judges its records: the compilers and the gate of the stream, no registry."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NoReturn

from sluice.commands.problems_view import plural, render
from sluice.compile.rules import rules_schema
from sluice.compile.support import problems
from sluice.compile.text import canonical
from sluice.contract.model import Contract, SchemaObject
from sluice.contract.read import lint
from sluice.contract.stream import Encoding, Stream
from sluice.contract.suggest import did_you_mean
from sluice.problem import Problem, Severity
from sluice.terminal import Fault, err
from sluice.verdict.gate import Gate
from sluice.verdict.load import load_gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One object of a contract, and the gate for its records as they stand in a file: plain, not framed."""

    contract: Contract
    described: SchemaObject
    gate: Gate


def read_contract(text: bytes, file: str) -> Contract:
    """The contract; Fault where an error refuses it, after its errors have been shown on stderr."""
    contract, found = lint(text, file)
    if contract is None:
        refuse(found, text, file, way_out=f" (sluice lint {file})")
    return contract


def judged(contract: Contract, text: bytes, name: str | None = None) -> Judged:
    """The object of that name, or the only one that there is to judge, with its gate.

    An object without a stream is judged as if its topics had its name. Raises Fault for a name that the contract does
    not have, for none where there are several, and for a contract that cannot be compiled.
    """
    described = _with_stream(_chosen(contract, name))
    found = problems(replace(contract, objects=(described,)))
    if any(problem.severity is Severity.ERROR for problem in found):
        refuse(found, text, contract.file, way_out=f" (sluice lint {contract.file})")
    gate = load_gate(canonical(rules_schema(contract, described)), contract.file)
    return Judged(contract=contract, described=described, gate=gate)


def refuse(found: Iterable[Problem], text: bytes, file: str, *, way_out: str = "") -> NoReturn:
    """Show the errors on stderr, and raise a Fault that counts them and ends with the way out."""
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    for block in render(errors, {file: text}):
        err.print(block)
    raise Fault(f"{file} has {plural(len(errors), 'error')}; correct them first{way_out}")


def _chosen(contract: Contract, name: str | None) -> SchemaObject:
    named = {described.name: described for described in contract.objects}
    if name is not None:
        if name not in named:
            raise Fault(f"{contract.file} has no object '{name}'; {did_you_mean(name, named)}")
        return named[name]
    candidates = [described for described in contract.objects if described.stream is not None] or [*contract.objects]
    if not candidates:
        raise Fault(f"{contract.file} describes no object, so there is nothing to judge by")
    if len(candidates) > 1:
        names = ", ".join(described.name for described in candidates)
        raise Fault(f"{contract.file} describes several objects; name one with --object: {names}")
    return candidates[0]


def _with_stream(described: SchemaObject) -> SchemaObject:
    name = described.name
    stream = described.stream or Stream(
        raw=f"{name}.raw", validated=f"{name}.validated", dead_letter=f"{name}.dead-letter", parking=f"{name}.parking"
    )
    return replace(described, stream=replace(stream, encoding=Encoding.PLAIN))
