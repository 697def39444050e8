"""The compiled text of the worked example, byte for byte."""

from pathlib import Path

import pytest

from sluice.compile.rules import rules_schema
from sluice.compile.structure import structure_schema
from sluice.compile.support import problems
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests/conformance/compile/golden"
SOURCE = ROOT / "contracts/travel/flights.odcs.yaml"


@pytest.fixture(scope="module")
def flights() -> Contract:
    contract = parse(SOURCE.read_bytes(), "flights.odcs.yaml")
    assert isinstance(contract, Contract), contract
    return contract


def test_the_flights_contract_compiles_without_a_word(flights: Contract) -> None:
    assert problems(flights) == ()


@pytest.mark.parametrize(("kind", "compiler"), [("rules", rules_schema), ("structure", structure_schema)])
def test_flights_compile_to_the_golden_text(flights: Contract, kind: str, compiler: object) -> None:
    assert callable(compiler)
    text = canonical(compiler(flights, flights.objects[0]))
    assert text + "\n" == (GOLDEN / f"flights.{kind}.json").read_text()
