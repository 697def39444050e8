"""From a JSON Schema to a msgspec type that accepts nothing which the schema rejects, or NotExpressible."""

import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec

from sluice.verdict.patterns import bounded_pattern

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
_EXACT_DOUBLE: Final = 2**53
_BOUNDS: Final = {"minimum": "ge", "maximum": "le", "exclusiveMinimum": "gt", "exclusiveMaximum": "lt"}
_NOTES: Final = frozenset({"title", "description", "default", "examples", "$schema", "$id", "$comment"})

_DAY: Final = r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
FORMATS: Final[dict[str, str]] = {  # each accepts a part of what the format allows: 29 February is left out
    "date-time": rf"\A[0-9]{{4}}-{_DAY}T{_CLOCK}\Z",
    "date": rf"\A[0-9]{{4}}-{_DAY}\Z",
    "time": rf"\A{_CLOCK}\Z",
    "uuid": r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z",
}


class NotExpressible(Exception):  # noqa: N818 - no error: it says that the reference has to do the work
    """The schema says something that the decoder cannot check exactly."""


Names = dict[str, tuple[str, Any]]


def struct_type(schema: Mapping[str, Any], title: str) -> tuple[type, Names]:
    """A closed object as a struct, and for each field its attribute with the names inside it."""
    _allow(schema, {"type", "properties", "required", "additionalProperties"})
    if schema.get("additionalProperties") is not False:
        raise NotExpressible  # what is skipped is not checked to be sound JSON text
    properties: Mapping[str, Any] = schema.get("properties", {})
    required = frozenset(schema.get("required", ()))
    if not required <= properties.keys():
        raise NotExpressible
    fields: list[Any] = []
    names: Names = {}
    for number, (name, sub) in enumerate(properties.items()):
        own = f"f{number}"
        kind, inner = _type(sub, f"{title}_{number}")
        names[name] = (own, inner)
        fields.append((own, kind) if name in required else (own, kind, None))
    rename = {own: name for name, (own, _) in names.items()}
    struct = msgspec.defstruct(title, fields, rename=rename, forbid_unknown_fields=True, gc=False, kw_only=True)
    return struct, names


def _type(schema: Any, title: str) -> tuple[Any, Names]:
    if not isinstance(schema, Mapping):
        raise NotExpressible
    declared = schema.get("type")
    types = [declared] if isinstance(declared, str) else list(declared or ())
    nullable = "null" in types and None in schema.get("enum", (None,))
    plain = [name for name in types if name != "null"]
    if len(plain) != 1 or plain[0] not in _TYPES:
        raise NotExpressible
    if nullable and "enum" in schema:
        schema = {**schema, "enum": [value for value in schema["enum"] if value is not None]}
    kind, names = _TYPES[plain[0]](schema, title)
    return (kind | None if nullable else kind), names


def _string(schema: Mapping[str, Any], _: str) -> tuple[Any, Names]:
    _allow(schema, {"type", "minLength", "maxLength", "pattern", "format", "enum"})
    if "enum" in schema:
        _allow(schema, {"type", "enum"})
        return _literal(schema["enum"], str), {}
    limits: dict[str, Any] = {}
    if "minLength" in schema:
        limits["min_length"] = schema["minLength"]
    if "maxLength" in schema:
        limits["max_length"] = schema["maxLength"]
    pattern = text_pattern(schema)
    if pattern is not None:
        limits["pattern"] = pattern
    return (Annotated[str, msgspec.Meta(**limits)] if limits else str), {}


def _integer(schema: Mapping[str, Any], _: str) -> tuple[Any, Names]:
    _allow(schema, {"type", *_BOUNDS, "multipleOf", "enum"})
    _no_switches(schema)
    if "enum" in schema:
        _allow(schema, {"type", "enum", "minimum", "maximum"})
        options = schema["enum"]
        if any(not schema.get("minimum", value) <= value <= schema.get("maximum", value) for value in options):
            raise NotExpressible
        return _literal(options, int), {}
    lows = [INT64_MIN, math.ceil(schema.get("minimum", INT64_MIN)), _above(schema.get("exclusiveMinimum"))]
    highs = [INT64_MAX, math.floor(schema.get("maximum", INT64_MAX)), _below(schema.get("exclusiveMaximum"))]
    limits = {"ge": max(lows), "le": min(highs)}
    if "multipleOf" in schema:
        if not isinstance(schema["multipleOf"], int):
            raise NotExpressible
        limits["multiple_of"] = schema["multipleOf"]
    return Annotated[int, msgspec.Meta(**limits)], {}


def _no_switches(schema: Mapping[str, Any]) -> None:
    """In draft 4 an exclusive bound is true or false, and says how the other is meant."""
    if any(isinstance(schema.get(keyword), bool) for keyword in _BOUNDS):
        raise NotExpressible


def _above(bound: float | None) -> int:
    return INT64_MIN if bound is None else math.floor(bound) + 1


def _below(bound: float | None) -> int:
    return INT64_MAX if bound is None else math.ceil(bound) - 1


def _number(schema: Mapping[str, Any], _: str) -> tuple[Any, Names]:
    _allow(schema, {"type", *_BOUNDS})
    _no_switches(schema)
    limits = {name: schema[keyword] for keyword, name in _BOUNDS.items() if keyword in schema}
    if any(abs(bound) >= _EXACT_DOUBLE for bound in limits.values()) or limits.keys() >= {"ge", "gt"}:
        raise NotExpressible
    if limits.keys() >= {"le", "lt"}:
        raise NotExpressible
    return (Annotated[float, msgspec.Meta(**limits)] if limits else float), {}


def _boolean(schema: Mapping[str, Any], _: str) -> tuple[Any, Names]:
    _allow(schema, {"type"})
    return bool, {}


def _array(schema: Mapping[str, Any], title: str) -> tuple[Any, Names]:
    _allow(schema, {"type", "items", "minItems", "maxItems"})
    if "items" not in schema:
        raise NotExpressible
    kind, names = _type(schema["items"], title)
    limits = {
        name: schema[word] for word, name in (("minItems", "min_length"), ("maxItems", "max_length")) if word in schema
    }
    of_kind = list.__class_getitem__(kind)
    return (Annotated[of_kind, msgspec.Meta(**limits)] if limits else of_kind), {"*": ("", names)}


def _object(schema: Mapping[str, Any], title: str) -> tuple[Any, Names]:
    if "properties" in schema:
        return struct_type(schema, title)
    _allow(schema, {"type", "additionalProperties"})
    kind, names = _type(schema.get("additionalProperties"), title)
    return dict.__class_getitem__((str, kind)), {"*": ("", names)}


_TYPES: Final[dict[str, Callable[[Mapping[str, Any], str], tuple[Any, Names]]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "array": _array,
    "object": _object,
}


def _literal(options: Any, kind: type) -> Any:
    if not options or any(type(option) is not kind for option in options):
        raise NotExpressible
    return Literal[tuple(options)]


def _allow(schema: Mapping[str, Any], keywords: set[str]) -> None:
    if any(word not in keywords and word not in _NOTES and not word.startswith("x-") for word in schema):
        raise NotExpressible


def text_pattern(schema: Mapping[str, Any]) -> str | None:
    """What Python may match for the schema's pattern or format; None where it has neither."""
    if "pattern" in schema and "format" in schema:
        raise NotExpressible
    if "pattern" not in schema and "format" not in schema:
        return None
    pattern = bounded_pattern(schema["pattern"]) if "pattern" in schema else FORMATS.get(schema["format"])
    if pattern is None:
        raise NotExpressible
    return pattern
