"""Field names as CEL identifiers: a name that is none gets a stand-in of equal length, so columns stay true."""

import re
from collections.abc import Iterable, Iterator, Mapping
from string import ascii_letters, digits
from typing import Any, Final

IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9_]|\A[0-9]")


def stand_ins(schema: Mapping[str, Any]) -> dict[str, str]:
    """An identifier for each field name of a JSON Schema, at any depth; no two names share one.

    A name for which none is left has no entry: no rule can read that field.
    """
    names = sorted(set(_names(schema)))
    found = {name: name for name in names if IDENTIFIER.fullmatch(name)}
    for name in names:
        identifier = None if name in found else stand_in(name, found.values())
        if identifier is not None:
            found[name] = identifier
    return found


def stand_in(name: str, taken: Iterable[str]) -> str | None:
    """An identifier of the name's length that is not taken, or None where there is none."""
    used = set(taken)
    for filler in "_" + ascii_letters + digits:
        identifier = _FOREIGN.sub(filler, name)
        if identifier not in used and IDENTIFIER.fullmatch(identifier):
            return identifier
    return None


def _names(schema: object) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        return
    for name, field in schema.get("properties", {}).items():
        yield name
        yield from _names(field)
    for below in ("items", "additionalProperties"):
        yield from _names(schema.get(below))
