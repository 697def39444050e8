"""The structure schema: what producers' and consumers' serdes use, kept under the contract's compatibility level.

It is the rules schema without the rules: names, types, which fields must be there, whether others may. Bounds, patterns
and allowed values are left to the rules, so a rule can be tightened or loosened without a fight with the registry.
"""

from typing import Final

from sluice.compile.field import row_schema
from sluice.compile.value import Schema
from sluice.contract.model import Contract, SchemaObject

_KEPT: Final[tuple[str, ...]] = ("type", "format", "required", "additionalProperties")
_MOMENTS: Final = frozenset({"date", "time", "date-time"})


def structure_schema(contract: Contract, described: SchemaObject) -> Schema:
    """The structure of the object's record as a draft-07 schema; ``contract`` must be free of problems."""
    del contract
    head = Schema({"$schema": "http://json-schema.org/draft-07/schema#", "title": described.name})
    return head | _shape(row_schema(described))


def _shape(schema: Schema) -> Schema:
    shape = {word: schema[word] for word in _KEPT if word in schema}
    if shape.get("format") not in _MOMENTS:
        shape.pop("format", None)
    if "properties" in schema:
        shape["properties"] = {name: _shape(child) for name, child in schema["properties"].items()}
    if "items" in schema:
        shape["items"] = _shape(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        shape["additionalProperties"] = _shape(schema["additionalProperties"])
    return shape
