"""When two schemas are the same: in every word but the version stamp."""

import json
from typing import Any, Final

from connections.registry import Schema
from registry_sync.record import ANNOTATION

STAMP: Final = "version"


def equal_but_for_stamp(left: Schema, right: Schema) -> bool:
    """Whether the two differ in nothing, or in ``x-sluice.version`` alone: such a change is not worth a version."""
    return _shape(left) == _shape(right) and spelled(left.text, stamped=False) == spelled(right.text, stamped=False)


def equal(left: Schema, right: Schema) -> bool:
    """Whether the two say the same, stamp included; the order of keys and white space are the registry's business."""
    return _shape(left) == _shape(right) and spelled(left.text) == spelled(right.text)


def spelled(text: str, *, stamped: bool = True) -> str:
    """One spelling for all texts that say the same; a text that is no JSON object is its own spelling."""
    value = parsed(text)
    if value is None:
        return text
    annotation = value.get(ANNOTATION)
    if not stamped and isinstance(annotation, dict):
        value[ANNOTATION] = {key: told for key, told in annotation.items() if key != STAMP}
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def parsed(text: str) -> dict[str, Any] | None:
    """The text as a JSON object, None where it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _shape(schema: Schema) -> tuple[object, ...]:
    return (schema.type, tuple(sorted(schema.references)))
