"""What a registration changes in a schema, place by place: for reviewers, who should not have to read two schemas."""

import json
from collections.abc import Iterator
from typing import Final

from registry_sync.change import Register
from registry_sync.equal import parsed

EDITS_MAX: Final = 20
VALUE_MAX: Final = 60


def edits(change: Register) -> tuple[str, ...]:
    """``+ /properties/gate``, ``- ...``, ``~ /properties/hour/maximum: 23 → 24``; nothing for a first version."""
    if change.before is None:
        return ()
    told = list(_edits(parsed(change.before), parsed(change.schema.text), ""))
    more = len(told) - EDITS_MAX
    return tuple(told[:EDITS_MAX]) + ((f"and {more} more",) if more > 0 else ())


def _edits(before: object, after: object, at: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in (*after, *(key for key in before if key not in after)):
            place = f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
            if key not in before:
                yield f"+ {place}: {_told(after[key])}"
            elif key not in after:
                yield f"- {place}"
            else:
                yield from _edits(before[key], after[key], place)
    elif json.dumps(before) != json.dumps(after):
        yield f"~ {at or '/'}: {_told(before)} → {_told(after)}"


def _told(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= VALUE_MAX else text[:VALUE_MAX] + "…"
