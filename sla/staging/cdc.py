"""Change events as rows: what a row is after the change, or the key of what is gone, with the operation."""

from typing import Final

import msgspec
import orjson

from sluice.contract.stream import Stream
from sluice.verdict.cdc import change_of, unwrapped
from sluice.verdict.wire import Payload, unframe

DELETE: Final = "d"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One row: its columns as JSON, and Debezium's operation (c, r, u or d)."""

    body: bytes
    op: str


def change(value: bytes | None, key: bytes | None, stream: Stream) -> Change | None:
    """The row that a valid event leaves behind; None where it leaves none (a tombstone, which follows its delete)."""
    if value is None:
        return None
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return Change(body=value, op="")
    found = change_of(document, before_is_full=stream.replica_identity_full)
    if found.tombstone:
        return None
    if found.op == DELETE:
        return Change(body=_key(key, stream), op=DELETE)
    return Change(body=orjson.dumps(found.rows[0].row) if found.rows else b"", op=found.op)


def _key(key: bytes | None, stream: Stream) -> bytes:
    if key is None:
        return b""
    payload = unframe(key, None, stream.encoding.value)
    try:
        document, _ = unwrapped(orjson.loads(payload.body)) if isinstance(payload, Payload) else (None, "")
    except orjson.JSONDecodeError:
        return b""
    return orjson.dumps(document)
