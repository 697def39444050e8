"""The verdict's cases as values: one contract and its records a file, read by the gate's test and by the job's."""

import base64
import json
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from sluice.compile.rules import rules_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract
from sluice.contract.read import parse

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


class Case(NamedTuple):
    """One record and the verdict that every engine must give."""

    name: str
    value: bytes | None
    key: bytes | None
    headers: dict[str, bytes]
    verdict: str
    code: str
    violations: tuple[tuple[str, str], ...]
    observed: tuple[tuple[str, str], ...]


class Suite(NamedTuple):
    """The cases of one contract; ``schema_text`` is what the registry holds as ``<raw>-contract``."""

    name: str
    contract: Contract
    schema_text: str
    cases: tuple[Case, ...]


def load_suites() -> tuple[Suite, ...]:
    """Every suite of this folder, in the order of its file name."""
    return tuple(_suite(path) for path in sorted(HERE.glob("*.yaml")))


def _suite(path: Path) -> Suite:
    written = yaml.safe_load(path.read_text("utf-8"))
    text = (ROOT / written["contract"]).read_bytes() if "contract" in written else _contract(path.stem, written)
    contract = parse(text, path.name)
    assert isinstance(contract, Contract), "\n".join(str(problem) for problem in contract)
    schema_text = canonical(rules_schema(contract, contract.objects[0]))
    return Suite(path.stem, contract, schema_text, tuple(_case(case) for case in written["cases"]))


def _contract(name: str, written: dict[str, Any]) -> bytes:
    stream = {"raw": f"{name}.raw", "unknownFields": "reject", **written.get("stream", {})}
    entity = {
        "name": "row",
        "physicalName": f"{name}.validated",
        "physicalType": "topic",
        "logicalType": "object",
        "properties": written["properties"],
        "customProperties": [{"vendor": "sluice", "property": "stream", "value": stream}],
    }
    if "quality" in written:
        entity["quality"] = written["quality"]
    head = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": name, "version": "1.0.0", "status": "active"}
    return yaml.safe_dump({**head, "schema": [entity]}, sort_keys=False).encode()


def _case(case: dict[str, Any]) -> Case:
    return Case(
        name=case["name"],
        value=_bytes(case),
        key=_text(case.get("key")),
        headers={name: value.encode("latin-1") for name, value in case.get("headers", {}).items()},
        verdict=case["verdict"],
        code=case.get("code", ""),
        violations=_places(case.get("violations", ())),
        observed=_places(case.get("observed", ())),
    )


def _bytes(case: dict[str, Any]) -> bytes | None:
    if "record" in case:
        return json.dumps(case["record"]).encode()
    if "base64" in case:
        return base64.b64decode(case["base64"])
    if "hex" in case:
        return bytes.fromhex(case["hex"].replace(" ", "")) + case.get("then", "").encode()
    if "parts" in case:
        return "".join(text * times for text, times in case["parts"]).encode()
    return _text(case["value"])


def _text(value: Any) -> bytes | None:
    if value is None:
        return None
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def _places(written: Any) -> tuple[tuple[str, str], ...]:
    return tuple((rule, pointer) for rule, pointer in written)
