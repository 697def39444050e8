"""What the demo knows of the contract: its topics, its words, and what must not be shown."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.terminal import Fault
from sluice.verdict.load import load_gate
from validator.route import Route, route_of

CONTRACT: Final = Path("contracts/travel/flights.odcs.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforced:
    """One contract as it is enforced: where its records go, what its rules mean, which fields are classified."""

    path: Path
    route: Route
    meanings: dict[str, str]
    classified: tuple[str, ...]


def read_contract(path: Path = CONTRACT) -> Enforced:
    """Read the contract; Fault with its problems where it has any."""
    parsed = parse(path.read_bytes(), str(path))
    if not isinstance(parsed, Contract):
        raise Fault("; ".join(str(problem) for problem in parsed))
    schema = rules_schema(parsed, parsed.objects[0])
    gate = load_gate(canonical(schema), f"{parsed.id}-contract")
    return Enforced(
        path=path,
        route=route_of(gate),
        meanings={rule.id: rule.description for rule in parsed.objects[0].rules},
        classified=tuple(schema["x-sluice"]["classified"]),
    )
