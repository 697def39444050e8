"""Framing: where the payload starts, and which schema id its producer named.

Confluent wire format: magic 0x00 + 4-byte big-endian id before the payload; magic 0x01 + 16-byte GUID before it, or
in the header ``__value_schema_id`` with a bare payload.
"""

from typing import Final
from uuid import UUID

from msgspec import Struct

from sluice.verdict import codes

SCHEMA_ID_HEADER: Final = "__value_schema_id"
_MAGIC_ID: Final = 0
_MAGIC_GUID: Final = 1
_ID_SIZE: Final = 5
_GUID_SIZE: Final = 17


class Payload(Struct, frozen=True, kw_only=True):
    """The payload's bytes, and the schema id or GUID that its producer named (empty where none)."""

    body: bytes
    schema_id: str = ""


def unframe(value: bytes, schema_id: bytes | None, encoding: str) -> Payload | str:
    """Take the frame off, or answer the code of what is wrong with it.

    ``encoding`` is plain, confluent or auto; auto takes plain and framed payloads alike. JSON starts with neither
    0x00 nor 0x01, so the first byte decides where no header does; the header comes first, as in Confluent's clients.
    """
    if not value:
        return codes.EMPTY_VALUE
    framed = value[0] in (_MAGIC_ID, _MAGIC_GUID)
    if encoding == "plain":
        return codes.FRAME_NOT_ALLOWED if framed else Payload(body=value)
    named = _named(schema_id) if schema_id else ""
    if named:
        return Payload(body=value, schema_id=named)
    if framed:
        return _take_off(value)
    return codes.FRAME_MISSING if encoding == "confluent" else Payload(body=value)


def _take_off(value: bytes) -> Payload | str:
    size = _ID_SIZE if value[0] == _MAGIC_ID else _GUID_SIZE
    if len(value) <= size:
        return codes.FRAME_TRUNCATED
    return Payload(body=value[size:], schema_id=_named(value[:size]))


def _named(frame: bytes) -> str:
    """A frame's id as text: decimal, or the GUID; anything else is no id and is not repeated."""
    if len(frame) == _ID_SIZE and frame[0] == _MAGIC_ID:
        return str(int.from_bytes(frame[1:], "big"))
    if len(frame) == _GUID_SIZE and frame[0] == _MAGIC_GUID:
        return str(UUID(bytes=frame[1:]))
    return ""
