"""What a contract expected, in words: one row for each keyword of JSON Schema, made from the contract's side only."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import orjson

_TEXT_MAX: Final = 256


def text(value: Any) -> str:
    """A JSON value as short text: 256 characters at most, an ellipsis where it was cut."""
    written = str(value) if type(value) is int else orjson.dumps(value, default=str).decode()
    return written if len(written) <= _TEXT_MAX else written[: _TEXT_MAX - 1] + "…"


def _types(types: str | Sequence[str]) -> str:
    names = [types] if isinstance(types, str) else list(types)
    return " or ".join(sorted(names, key=lambda name: (name == "null", name)))


def _one_of(options: Sequence[Any]) -> str:
    return text(options[0]) if len(options) == 1 else f"one of {', '.join(text(option) for option in options[:20])}"


EXPECTED: Final[dict[str, Callable[[Any], str]]] = {
    "type": _types,
    "required": lambda name: f"{name} to be there",
    "enum": _one_of,
    "const": text,
    "minimum": lambda limit: f"at least {limit}",
    "maximum": lambda limit: f"at most {limit}",
    "exclusiveMinimum": lambda limit: f"more than {limit}",
    "exclusiveMaximum": lambda limit: f"less than {limit}",
    "multipleOf": lambda step: f"a multiple of {step}",
    "minLength": lambda limit: f"at least {limit} characters",
    "maxLength": lambda limit: f"at most {limit} characters",
    "pattern": lambda pattern: f"text matching {pattern}",
    "format": lambda name: f"a {name}",
    "minItems": lambda limit: f"at least {limit} items",
    "maxItems": lambda limit: f"at most {limit} items",
    "uniqueItems": lambda _: "no item twice",
    "minProperties": lambda limit: f"at least {limit} fields",
    "maxProperties": lambda limit: f"at most {limit} fields",
    "additionalProperties": lambda _: "no undeclared field",
    "propertyNames": lambda _: "keys as declared",
    "contains": lambda _: "an item as declared",
    "anyOf": lambda _: "one of the declared alternatives",
    "oneOf": lambda _: "exactly one of the declared alternatives",
    "not": lambda _: "none of what is excluded",
}


def expected(keyword: str, value: Any) -> str:
    """The expectation of a keyword with the contract's value, 256 characters at most."""
    sentence = EXPECTED.get(keyword, lambda _: "as declared")(value)
    return sentence if len(sentence) <= _TEXT_MAX else sentence[: _TEXT_MAX - 1] + "…"
