"""Deletes among change events in a file, where records have no keys: the key is what the row before it holds."""

import orjson

from sluice.verdict.cdc import unwrapped
from sluice.verdict.decode import decode
from sluice.verdict.gate import Gate
from sluice.verdict.places import tokens_of


def key_in(value: bytes, gate: Gate) -> bytes | None:
    """The key that a delete would have in its topic: the primary key of its ``before``; None where that is not whole.

    Debezium makes a record's key of the same columns, and a table that is captured by its key alone sends just these
    before the change.
    """
    event, _ = unwrapped(decode(value)[0])
    before = event.get("before") if isinstance(event, dict) else None
    if gate.annotation is None or not isinstance(before, dict):
        return None
    names = [tokens_of(pointer)[0] for pointer in gate.annotation.primary_key]
    return orjson.dumps({name: before[name] for name in names}) if all(name in before for name in names) else None
