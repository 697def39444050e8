"""What a record says beyond its contract, kept as one JSON object with every number as it was written."""

from typing import Final

import msgspec

from sla.staging.types import Kind

_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def extras_of(body: bytes | None, kinds: dict[str, Kind]) -> str | None:
    """The undeclared members, those of declared objects below their name; None where there are none."""
    found = _extras(body, kinds) if body is not None else {}
    return msgspec.json.encode(found).decode() if found else None


def _extras(body: bytes | msgspec.Raw, kinds: dict[str, Kind]) -> dict[str, object]:
    try:
        members = _members(body)
    except (msgspec.DecodeError, RecursionError):
        return {}  # no object, or none that anybody takes apart: that it does not fit is counted elsewhere
    found: dict[str, object] = {}
    for name, value in members.items():
        if name not in kinds:
            found[name] = value
        elif kinds[name].fields and (inner := _extras(value, kinds[name].fields)):
            found[name] = inner
    return found
