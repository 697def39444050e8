"""Small contracts as frozen values, for tests that need no registry."""

from typing import Any

import orjson

from validator.frozen import AsItIs, ContractSet, Frozen

SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {"id": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, "city": {"type": ["string", "null"]}},
    "required": ["id"],
    "additionalProperties": False,
}


def frozen(name: str = "orders", *, number: int = 1, **annotation: Any) -> Frozen:
    """A contract of one field that must be there; ``annotation`` replaces keys of x-sluice."""
    known = {
        "format": 1,
        "contract": name,
        "version": f"1.0.{number}",
        "object": "order",
        "encoding": "plain",
        "source": "direct",
        "replicaIdentityFull": False,
        "raw": f"{name}.raw",
        "validated": f"{name}.validated",
        "deadLetter": f"{name}.dead-letter",
        "eventTime": None,
        "tombstones": "pass",
        "unknownFields": "reject",
        "producerHeader": None,
        "primaryKey": [],
        "classified": [],
        "enforce": {"default": "on", "producers": {}},
        "observed": [],
        "rules": [],
    }
    text = orjson.dumps({**SCHEMA, "x-sluice": known | annotation}).decode()
    return Frozen(subject=f"{name}.raw-contract", version=number, schema_id=number, text=text)


def as_it_is(text: str = '{"type": "object", "required": ["id"]}') -> Frozen:
    """Another team's subject."""
    given = AsItIs(id="clicks", raw="clicks", validated="clicks.ok", dead_letter="clicks.bad")
    return Frozen(subject="clicks-value", version=7, schema_id=9, text=text, as_it_is=given)


def frozen_set(*contracts: Frozen) -> ContractSet:
    """A set, as resolved at some time."""
    return ContractSet(registry="http://registry", resolved_at_ms=1, contracts=contracts or (frozen(),))
