"""The standard: the JSON Schemas of ODCS, read as docs/contract-language.md decides, applied to a tree."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sluice.contract.standard.judge import Judge
from sluice.contract.suggest import did_you_mean
from sluice.contract.tree import MapNode, ScalarNode
from sluice.problem import Problem

V31: Final = "odcs-json-schema-v3.1.0.json"
V32: Final = "odcs-3.2.0.schema.json"
NEWEST: Final = "v3.2.0"
UNTYPED: Final = {"engine": "DataQualityCustom", "query": "DataQualitySql"}  # words that only one type has
VERSIONS: Final = {"v3.2.0": V32, "v3.1.0": V31, "v3.0.2": V31, "v3.0.1": V31, "v3.0.0": V31}


def problems(root: MapNode) -> Iterator[Problem]:
    """What the standard, in the version that the file declares, finds wrong; one problem for one mistake."""
    node = root.get("apiVersion")
    declared = node.value if isinstance(node, ScalarNode) else None
    known = isinstance(declared, str) and declared in VERSIONS
    if node is not None and not known:
        yield Problem(
            place=node.place,
            code="api-version",
            message=f"apiVersion is {json.dumps(node.plain())[:60]}, which is not read here",
            way_out=_way_to_newest(str(declared)),
        )
        if str(declared).startswith("v2"):
            return  # another language, in which every further word would be wrong
    version = str(declared) if known else NEWEST
    for problem in judge(VERSIONS[version], newest=version == NEWEST).problems(root, root):
        if known or problem.place != (node.place if node else None):
            yield problem


@cache
def judge(name: str, *, newest: bool) -> Judge:
    """The judge of one schema file."""
    return Judge(schema(name), newest=None if newest else schema(V32))


@cache
def schema(name: str) -> dict[str, Any]:
    """One of the standard's schemas as we read it: unmodified in the package, amended here.

    - ``blob`` is no logical type of the standard but one tool's extension;
    - a property without ``logicalType`` takes no branch at all, instead of all of them (upstream issue 349);
    - a quality rule that says neither ``type`` nor a word of another type is a library rule (upstream issue 346); one
      that says such a word lacks its ``type``.
    """
    amended: dict[str, Any] = copy.deepcopy(json.loads(files(__package__).joinpath(name).read_bytes()))
    definitions = amended["$defs"]
    definitions["SchemaObject"]["properties"]["logicalType"]["enum"] = ["object"]
    for branch in definitions["SchemaBaseProperty"]["allOf"]:
        for condition in _conditions(branch.get("if")):
            condition["required"] = ["logicalType"]
    definitions["DataQuality"]["allOf"][0]["if"]["anyOf"].append({"not": {"anyOf": _said("type", *UNTYPED)}})
    for key, definition in UNTYPED.items():
        condition = {"required": [key], "not": {"required": ["type"]}}
        branch = {"required": ["type"], "properties": definitions[definition]["properties"]}
        definitions["DataQuality"]["allOf"].append({"if": condition, "then": branch})
    return amended


def _way_to_newest(declared: str) -> str:
    if declared.startswith("v2"):
        return f"v2 named things otherwise: write the contract anew in {NEWEST}"
    return did_you_mean(declared, VERSIONS, f"write {NEWEST}")


def _said(*keys: str) -> list[dict[str, list[str]]]:
    return [{"required": [key]} for key in keys]


def _conditions(condition: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    if condition is None:
        return
    for branch in condition.get("anyOf", [condition]):
        if "logicalType" in branch.get("properties", {}):
            yield branch
