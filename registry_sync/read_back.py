"""What a registry keeps compared with what it was sent, told by place and never by value."""

from collections.abc import Iterator
from typing import Final

from connections.registry import Schema
from registry_sync.equal import parsed

TOLD_MAX: Final = 3


def difference(sent: Schema, kept: Schema) -> str:
    """Where the two differ, in words."""
    if sent.type != kept.type:
        return f"type {kept.type} instead of {sent.type}"
    if sorted(sent.references) != sorted(kept.references):
        return "other references"
    places = list(_places(parsed(sent.text), parsed(kept.text), ""))
    more = f" and {len(places) - TOLD_MAX} more places" if len(places) > TOLD_MAX else ""
    return ", ".join(places[:TOLD_MAX]) + more or "another text"


def _places(sent: object, kept: object, at: str) -> Iterator[str]:
    if isinstance(sent, dict) and isinstance(kept, dict):
        for key in sorted(sent.keys() | kept.keys()):
            place = f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
            if key not in kept:
                yield f"{place} is dropped"
            elif key not in sent:
                yield f"{place} is added"
            else:
                yield from _places(sent[key], kept[key], place)
    elif sent != kept or isinstance(sent, bool) is not isinstance(kept, bool):
        yield f"{at or 'the whole'} is changed"
