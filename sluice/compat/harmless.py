"""What differs between two schemas, whether or not it breaks anything: for showing the changes that are fine."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sluice.compat.reason import step


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One place where the two differ."""

    pointer: str
    kind: str
    sentence: str


_ELSEWHERE: Final = frozenset({"$ref", "definitions"})
"""What a reference leads to is compared where it is used."""


def changes(old: Any, new: Any, pointer: str = "") -> Iterator[Change]:
    """The places where they differ, properties by name and other keywords as a whole."""
    if old == new:
        return
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield Change(pointer=pointer, kind="changed", sentence="The schema here has changed")
        return
    for word in dict.fromkeys((*old, *new)):
        if word in _ELSEWHERE or (old.get(word) == new.get(word) and (word in old) == (word in new)):
            continue
        if word == "properties":
            yield from _properties(old.get(word, {}), new.get(word, {}), step(pointer, word))
        elif word == "required":
            yield from _required(old.get(word, []), new.get(word, []), pointer)
        elif (
            word in {"items", "additionalProperties"}
            and isinstance(old.get(word), dict)
            and isinstance(new.get(word), dict)
        ):
            yield from changes(old[word], new[word], step(pointer, word))
        else:
            yield Change(pointer=step(pointer, word), kind=_kind(word, old, new), sentence=_said(word, old, new))


def _properties(old: dict[str, Any], new: dict[str, Any], pointer: str) -> Iterator[Change]:
    for name in dict.fromkeys((*old, *new)):
        place = step(pointer, name)
        if name not in new:
            yield Change(pointer=place, kind="removed", sentence=f"'{name}' is no longer declared")
        elif name not in old:
            yield Change(pointer=place, kind="added", sentence=f"'{name}' is declared")
        else:
            yield from changes(old[name], new[name], place)


def _required(old: list[str], new: list[str], pointer: str) -> Iterator[Change]:
    for name in (name for name in old if name not in new):
        place = step(pointer, "properties", name, "required")
        yield Change(pointer=place, kind="removed", sentence=f"'{name}' is no longer required")
    for name in (name for name in new if name not in old):
        yield Change(
            pointer=step(pointer, "properties", name, "required"), kind="added", sentence=f"'{name}' is required"
        )


def _kind(word: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    return "added" if word not in old else "removed" if word not in new else "changed"


def _said(word: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    if word not in old:
        return f"{word} is new: {_short(new[word])}"
    if word not in new:
        return f"{word} is gone; it was {_short(old[word])}"
    return f"{word} was {_short(old[word])} and is {_short(new[word])}"


def _short(value: object) -> str:
    text, limit = json.dumps(value), 60
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
