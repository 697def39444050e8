"""The fast path: a schema compiled to a typed JSON decoder that may only accept.

It decodes and checks in one pass (msgspec). Whatever it accepts the reference accepts; what it refuses, or what it
cannot express exactly, is left to the reference. So it decides how fast a verdict is, never which.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from sluice.verdict.decoder import NotExpressible, struct_type, text_pattern
from sluice.verdict.memo import remembering

# What msgspec raises for a limit that is no int (``minLength: 2.0``), or that 64 bits do not hold.
_NO_WORD_FOR: Final = (TypeError, ValueError, NotImplementedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class FastPath:
    """``decode`` raises for what it does not accept, ``matches`` asks the patterns that it leaves out.

    ``attribute`` writes a field's path as an attribute access of the decoded row.
    """

    decode: Callable[[bytes], Any]
    matches: Callable[[Any], bool] | None
    attribute: Callable[[tuple[str, ...]], str]


def fast_path(schema: Any) -> FastPath | None:
    """Compile a closed object schema, or None where any part of it cannot be expressed."""
    if not isinstance(schema, Mapping) or schema.get("type") != "object":
        return None
    texts: dict[str, tuple[str, bool]] = {}
    try:
        struct, names = struct_type(_without_patterns(schema, texts), "Row")
        decode: Callable[[bytes], Any] = msgspec.json.Decoder(struct).decode
    except (NotExpressible, *_NO_WORD_FOR):
        return None

    def attribute(path: tuple[str, ...]) -> str:
        level, parts = names, []
        for part in path:
            own, level = level[part]
            parts.append(own)
        return ".".join(parts)

    matches = _matches({names[name][0]: text for name, text in texts.items()})
    return FastPath(decode=decode, matches=matches, attribute=attribute)


def _without_patterns(schema: Mapping[str, Any], texts: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    """The schema without the patterns and formats of its own fields, which are collected in ``texts``."""
    properties: dict[str, Any] = {}
    for name, sub in schema.get("properties", {}).items():
        properties[name] = sub
        if isinstance(sub, Mapping) and sub.get("type") in ("string", ["string", "null"]):
            pattern = text_pattern(sub)
            if pattern is not None:
                texts[name] = (pattern, sub["type"] != "string" or name not in schema.get("required", ()))
                properties[name] = {word: value for word, value in sub.items() if word not in ("pattern", "format")}
    return {**schema, "properties": properties}


def _matches(texts: Mapping[str, tuple[str, bool]]) -> Callable[[Any], bool] | None:
    """One expression for all texts: known to match, or matching. Only names of our own making stand in it."""
    known: dict[str, Any] = {}
    terms: list[str] = []
    for own, (pattern, nullable) in texts.items():
        known[f"seen_{own}"], known[f"matches_{own}"] = remembering(pattern, nullable=nullable)
        terms.append(f"(row.{own} in seen_{own} or matches_{own}(row.{own}))")
    if not terms:
        return None
    matches: Callable[[Any], bool] = eval(f"lambda row: {' and '.join(terms)}", known)  # noqa: S307 - no text of others
    return matches
