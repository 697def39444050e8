"""The page of the contract language tells every key and every code, and its examples lint."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.contract import source
from sluice.contract.profile.checks_on_many import CHECKS_ON_MANY
from sluice.contract.profile.keys import PROFILE
from sluice.contract.read import lint
from sluice.contract.tree import MapNode
from sluice.problem import Severity

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/contract-language.md").read_text()
BLOCKS = re.findall(r"```yaml\n# in (.+?)\n(.*?)```", PAGE, re.DOTALL)
TABLES = (ROOT / "tests/conformance/lint").glob("*.yaml")
CODES = {
    code
    for path in TABLES
    if "odcs" not in path.name
    for case in yaml.safe_load(path.read_text())
    for code in case["codes"]
}


def contract_with(place: str, written: Any) -> str:
    field: dict[str, Any] = {"name": "amount", "logicalType": "number"}
    stream = {"vendor": "sluice", "property": "stream", "value": {"unknownFields": "reject", "eventTime": "at"}}
    described: dict[str, Any] = {
        "name": "order",
        "physicalName": "orders.validated",
        "properties": [
            {"name": "id", "logicalType": "string", "required": True, "primaryKey": True},
            {"name": "at", "logicalType": "timestamp", "required": True},
            {"name": "kind", "logicalType": "string"},
            field,
        ],
        "customProperties": [stream],
    }
    contract = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1.0.0",
        "schema": [described],
    }
    level: dict[str, Any] = {}
    if place == "a service level":
        contract["slaProperties"] = [level]
    {"an object": described, "a field": field, "a service level": level, "the contract": contract}[place].update(
        written
    )
    return yaml.safe_dump(contract, sort_keys=False)


@pytest.mark.parametrize(("place", "block"), BLOCKS)
def test_an_example_of_the_page_lints_clean(place: str, block: str) -> None:
    root = source.read(block.encode(), "docs/contract-language.md").root
    assert isinstance(root, MapNode)
    text = contract_with(place, root.plain())

    problems = lint(text.encode(), "page.odcs.yaml").problems

    assert [str(problem) for problem in problems if problem.severity is Severity.ERROR] == []


def keys_of(schema: object) -> set[str]:
    if isinstance(schema, dict):
        own = set(schema.get("properties", {})) if isinstance(schema.get("properties"), dict) else set()
        return own.union(*(keys_of(part) for part in schema.values()))
    if isinstance(schema, list):
        return set().union(*(keys_of(part) for part in schema))
    return set()


def test_every_key_of_the_profile_has_an_example() -> None:
    operators = {
        "mustBe",
        "mustNotBe",
        "mustBeGreaterOrEqualTo",
        "mustBeLessThan",
        "mustBeLessOrEqualTo",
        "mustNotBeBetween",
    }
    keys = {name for known in PROFILE.values() for name in known} | keys_of(PROFILE) | keys_of(CHECKS_ON_MANY)
    examples = "\n".join(block for _, block in BLOCKS)

    missing = {key for key in keys - operators if not re.search(rf"\b{key}\b", examples)}

    assert missing == set()


def test_every_code_is_told() -> None:
    assert {code for code in CODES if f"`{code}`" not in PAGE} == set()
