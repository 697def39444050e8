"""Debezium change events: which row of an event is judged, and what is no row at all.

The envelope is Debezium's: before, after, source, op, ts_ms, transaction; with the JSON converter's schemas switched
on the whole is wrapped into ``{"schema": ..., "payload": ...}``. ``source`` gains fields with every release and is
never judged.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from sluice.verdict import codes

_PLACEHOLDER: Final = "__debezium-unavailable-value"
_BYTES: Final = _PLACEHOLDER.encode()
PLACEHOLDERS: Final = frozenset({
    _PLACEHOLDER,
    base64.b64encode(_BYTES).decode(),
    _BYTES.hex(),
    str(UUID(bytes=hashlib.md5(_BYTES, usedforsecurity=False).digest(), version=3)),
})  # fmt: skip
_CONTROL_OPS: Final = {"t": "truncate", "m": "message"}
_ROW_OPS: Final = frozenset("cru")


class Row(Struct, frozen=True, kw_only=True):
    """A row to judge; ``at`` is where it stands in the value, ``skipped`` names the columns that were not sent."""

    row: Any
    at: str
    skipped: frozenset[str] = frozenset()


class Change(Struct, frozen=True, kw_only=True):
    """What an event asks for: rows to judge, a key to judge, or neither where it is a control record."""

    op: str = ""
    rows: tuple[Row, ...] = ()
    control: str = ""
    tombstone: bool = False
    fault: str = ""


def change_of(document: Any, *, before_is_full: bool) -> Change:
    """Tell what a decoded change event asks for; a fault is a code of the stage ``envelope``."""
    event, at = unwrapped(document)
    if event is None and at:
        return Change(tombstone=True)
    if not isinstance(event, dict):
        return Change(fault=codes.CDC_NO_ENVELOPE)
    if "op" not in event:
        control = _control_without_op(event)
        return Change(control=control) if control else Change(fault=codes.CDC_NO_ENVELOPE)
    op = event["op"]
    if not isinstance(op, str):
        return Change(fault=codes.CDC_UNKNOWN_OP)
    if op in _CONTROL_OPS:
        return Change(op=op, control=_CONTROL_OPS[op])
    if op == "d":
        after = event.get("after")
        return Change(op=op) if after is None else Change(op=op, fault=codes.CDC_ROW_AFTER_DELETE)
    if op not in _ROW_OPS:
        return Change(fault=codes.CDC_UNKNOWN_OP)
    return _row_change(event, op, at, before_is_full=before_is_full)


def unwrapped(document: Any) -> tuple[Any, str]:
    """Take ``{schema, payload}`` off; answer the payload and the pointer at which it stands."""
    if isinstance(document, dict) and "payload" in document and document.keys() <= {"schema", "payload"}:
        return document["payload"], "/payload"
    return document, ""


def _row_change(event: Mapping[str, Any], op: str, at: str, *, before_is_full: bool) -> Change:
    after = event.get("after")
    if not isinstance(after, dict):
        return Change(op=op, fault=codes.CDC_NO_ROW)
    rows = [_row(after, f"{at}/after")]
    before = event.get("before")
    if op == "u" and before_is_full and isinstance(before, dict):
        rows.append(_row(before, f"{at}/before"))
    return Change(op=op, rows=tuple(rows))


def _row(row: dict[str, Any], at: str) -> Row:
    skipped = frozenset(name for name, value in row.items() if _unavailable(value))
    if not skipped:
        return Row(row=row, at=at)
    return Row(row={name: value for name, value in row.items() if name not in skipped}, at=at, skipped=skipped)


def _unavailable(value: Any) -> bool:
    """Whether the column was not sent (unchanged TOAST): the placeholder in the type of the column.

    Text, bytes (base64 or hexadecimal) or a UUID; an array of one of these, or of its bytes as numbers; a map of it.
    """
    match value:
        case str():
            return value in PLACEHOLDERS
        case [str() as only]:
            return only in PLACEHOLDERS
        case list():
            return len(value) == len(_BYTES) and value == [*_BYTES]
        case dict():
            return value == {_PLACEHOLDER: _PLACEHOLDER}
        case _:
            return False


def _control_without_op(event: Mapping[str, Any]) -> str:
    """Events that Debezium writes beside the rows: each is known by the keys that only it has."""
    if event.keys() == {"ts_ms"}:
        return "heartbeat"
    if "status" in event and "id" in event and event["status"] in ("BEGIN", "END"):
        return "transaction"
    if "source" in event and ("ddl" in event or "tableChanges" in event):
        return "schema-change"
    return ""
