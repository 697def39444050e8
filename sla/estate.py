"""The contracts that the job looks after: streamed objects, read from the folder of contracts."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sla.paths import Folders
from sluice.checks.periods import Grid
from sluice.commands.contract_files import read_contracts
from sluice.contract.estate import lint_all
from sluice.contract.model import Contract, SchemaObject
from sluice.contract.stream import Stream
from sluice.contract.suggest import did_you_mean
from sluice.problem import Severity
from sluice.terminal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One streamed object of one contract: what is staged, judged and published as one."""

    contract: Contract
    described: SchemaObject
    stream: Stream
    grid: Grid

    @property
    def name(self) -> str:
        """As commands and messages name it: the contract, and its object where the names differ in kind."""
        return f"{self.contract.id}.{self.described.name}"

    @property
    def folders(self) -> Folders:
        """Where its files are."""
        return Folders(contract=self.contract.id, object=self.described.name)


def subjects(path: Path) -> tuple[Subject, ...]:
    """Every streamed object below a folder; Fault where a contract has an error, since half an estate misleads."""
    readings = lint_all(read_contracts((path,)))
    wrong = [each for reading in readings for each in reading.problems if each.severity is Severity.ERROR]
    if wrong:
        first = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise Fault(f"{first.place}: {first.message}{more}; run `sluice lint {path}`")
    return tuple(
        Subject(
            contract=reading.contract,
            described=described,
            stream=described.stream,
            grid=Grid.of(described.stream.landing_period, described.stream.landing_timezone),
        )
        for reading in readings
        if reading.contract is not None
        for described in reading.contract.objects
        if described.stream is not None
    )


def chosen(found: Iterable[Subject], names: Iterable[str]) -> tuple[Subject, ...]:
    """Those that are named, by contract or by contract.object; all where none is. Fault for a name of nothing."""
    everything = tuple(found)
    wanted = tuple(names)
    known = [name for each in everything for name in (each.contract.id, each.name)]
    for name in wanted:
        if name not in known:
            raise Fault(f"no contract streams anything by the name '{name}'; {did_you_mean(name, known)}")
    return tuple(each for each in everything if not wanted or each.contract.id in wanted or each.name in wanted)
