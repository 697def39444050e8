"""The one spelling of a schema: equal schemas are equal byte by byte, whatever order they were made in."""

import json
from typing import Any, Final

from sluice.compile.value import Schema

_ORDER: Final = (
    "$schema", "$id", "x-sluice", "title", "description", "type", "format", "enum", "const", "pattern",
    "minLength", "maxLength", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf",
    "properties", "required", "propertyNames", "additionalProperties", "minProperties", "maxProperties",
    "items", "minItems", "maxItems", "uniqueItems",
)  # fmt: skip
_ANNOTATION: Final = (
    "format", "contract", "version", "object", "encoding", "source", "replicaIdentityFull", "raw", "validated",
    "deadLetter", "eventTime", "tombstones", "unknownFields", "producerHeader", "primaryKey", "classified", "enforce",
    "observed", "rules",
)  # fmt: skip
_RULE: Final = ("id", "cel", "severity", "enforce", "description")
_PARTS: Final = ("items", "propertyNames", "additionalProperties")


def canonical(schema: Schema) -> str:
    """The schema as one line of ASCII JSON.

    Keywords come in a fixed order (unknown ones last, by name), properties as they were declared, no spaces.
    Not-a-number and infinity raise ValueError: JSON has no word for them.
    """
    return json.dumps(_ordered(schema), ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def _ordered(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    ranked = _by(_ORDER, schema)
    for part in _PARTS:
        if part in ranked:
            ranked[part] = _ordered(ranked[part])
    if isinstance(ranked.get("properties"), dict):
        ranked["properties"] = {name: _ordered(child) for name, child in ranked["properties"].items()}
    if isinstance(ranked.get("x-sluice"), dict):
        ranked["x-sluice"] = _annotation(ranked["x-sluice"])
    return ranked


def _annotation(words: dict[str, Any]) -> dict[str, Any]:
    ranked = _by(_ANNOTATION, words)
    if isinstance(enforce := ranked.get("enforce"), dict):
        ranked["enforce"] = {name: _sorted(value) for name, value in sorted(enforce.items())}
    if isinstance(rules := ranked.get("rules"), list):
        ranked["rules"] = [_by(_RULE, rule) if isinstance(rule, dict) else rule for rule in rules]
    return ranked


def _sorted(value: Any) -> Any:
    return dict(sorted(value.items())) if isinstance(value, dict) else value


def _by(order: tuple[str, ...], words: dict[str, Any]) -> dict[str, Any]:
    known = {word: words[word] for word in order if word in words}
    return known | {word: words[word] for word in sorted(words) if word not in known}
