"""The compiled texts, byte for byte: of the worked example, and of a contract with every logical type."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.compat import reasons
from sluice.compile.rules import rules_schema
from sluice.compile.structure import structure_schema
from sluice.compile.support import problems
from sluice.compile.text import canonical
from sluice.contract import source
from sluice.contract.model import Contract, SchemaObject
from sluice.contract.read import lint
from sluice.contract.stream import Compatibility

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests/conformance/compile/golden"
SOURCES = {"flights": ROOT / "contracts/travel/flights.odcs.yaml", "everything": GOLDEN / "everything.odcs.yaml"}
COMPILERS: dict[str, Callable[[Contract, SchemaObject], dict[str, Any]]] = {
    "rules": rules_schema,
    "structure": structure_schema,
}


def contract_of(text: bytes) -> Contract:
    contract, told = lint(text, "golden.odcs.yaml")
    assert contract is not None, told
    return contract


def compiled(text: bytes, kind: str) -> str:
    contract = contract_of(text)
    return canonical(COMPILERS[kind](contract, contract.objects[0]))


@pytest.mark.parametrize("name", SOURCES)
def test_the_golden_contracts_compile_without_a_word(name: str) -> None:
    assert problems(contract_of(SOURCES[name].read_bytes())) == ()


@pytest.mark.parametrize("kind", COMPILERS)
@pytest.mark.parametrize("name", SOURCES)
def test_a_contract_compiles_to_its_golden_text(name: str, kind: str) -> None:
    assert compiled(SOURCES[name].read_bytes(), kind) + "\n" == (GOLDEN / f"{name}.{kind}.json").read_text()


@pytest.mark.parametrize("kind", COMPILERS)
@pytest.mark.parametrize("name", SOURCES)
def test_a_compiled_text_is_draft_07_in_ascii(name: str, kind: str) -> None:
    text = compiled(SOURCES[name].read_bytes(), kind)
    assert text.isascii()
    assert "\n" not in text
    jsonschema_rs.meta.validate(orjson.loads(text))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from([*COMPILERS]))
def test_the_order_of_keys_in_the_source_does_not_count(seed: int, kind: str) -> None:
    root = source.read(SOURCES["everything"].read_bytes(), "everything").root
    assert root is not None
    shuffled = orjson.dumps(_shuffled(root.plain(), random.Random(seed)))  # noqa: S311 - an order, no secret
    assert compiled(shuffled, kind) + "\n" == (GOLDEN / f"everything.{kind}.json").read_text()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from([*COMPILERS]))
def test_the_order_of_keywords_in_a_schema_does_not_count(seed: int, kind: str) -> None:
    text = (GOLDEN / f"everything.{kind}.json").read_text()
    schema = orjson.loads(text)
    order = [*schema["properties"]]
    shuffled = _shuffled(schema, random.Random(seed), kept=frozenset({"properties"}))  # noqa: S311 - no secret
    assert [*shuffled["properties"]] == order
    assert canonical(shuffled) + "\n" == text


@pytest.mark.parametrize("name", SOURCES)
def test_what_the_rules_take_the_structure_takes(name: str) -> None:
    text = SOURCES[name].read_bytes()
    rules, structure = (orjson.loads(compiled(text, kind)) for kind in ("rules", "structure"))
    assert reasons(Compatibility.BACKWARD, rules, structure) == ()


def test_an_object_without_a_stream_has_no_rules_schema_and_no_problems() -> None:
    contract = contract_of(SOURCES["flights"].read_bytes())
    bare = replace(contract.objects[0], stream=None)
    assert problems(replace(contract, objects=(bare,))) == ()
    with pytest.raises(ValueError, match="the object 'flight' has no stream"):
        rules_schema(contract, bare)


def _shuffled(value: Any, order: random.Random, kept: frozenset[str] = frozenset(), name: str = "") -> Any:
    if isinstance(value, list):
        return [_shuffled(item, order, kept) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    if name not in kept:
        order.shuffle(keys)
    return {key: _shuffled(value[key], order, kept, key) for key in keys}
