"""Text and truth: string with its lengths, pattern and formats, and boolean."""

from collections.abc import Iterator
from typing import Final

import jsonschema_rs

from sluice.compile.value import Build, Complaint, Schema, TypeCompiler, no_complaints
from sluice.contract.model import Field

_ASSERTED: Final = frozenset({"email", "hostname", "ipv4", "ipv6", "uri"})
"""Formats that draft-07 names and that the gate asserts."""

_PATTERNS: Final = {
    "uuid": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "byte": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
}
"""Formats that draft-07 has no word for and a pattern has: RFC 9562 text form, RFC 4648 base64 with padding."""

_UNJUDGED: Final = frozenset({"binary", "password"})
"""Formats that any text meets: octets as text, and a hint to hide the value (it counts as classified)."""

FORMATS: Final = (*sorted(_ASSERTED), *_PATTERNS, *sorted(_UNJUDGED))


def _string(field: Field, build: Build) -> Schema:
    del build
    options, schema = field.options, Schema(type="string")
    if options.format in _ASSERTED:
        schema["format"] = options.format
    if options.min_length is not None:
        schema["minLength"] = options.min_length
    if options.max_length is not None:
        schema["maxLength"] = options.max_length
    pattern = options.pattern if options.pattern is not None else _PATTERNS.get(options.format or "")
    if pattern is not None:
        schema["pattern"] = pattern
    return schema


def _string_complaints(field: Field) -> Iterator[Complaint]:
    options = field.options
    if options.format is not None and options.format not in FORMATS:
        yield Complaint(
            code="unsupported-format",
            message=f"the gate cannot judge the string format '{options.format}'",
            way_out=f"use one of {', '.join(FORMATS)}, or say it with a pattern",
        )
    if options.min_length is not None and options.max_length is not None and options.min_length > options.max_length:
        yield Complaint(
            code="empty-range",
            message=f"no text has at least {options.min_length} and at most {options.max_length} characters",
            way_out="swap or widen minLength and maxLength",
        )
    if options.pattern is not None and options.format in _PATTERNS:
        yield Complaint(
            code="pattern-beside-format",
            message=f"the format '{options.format}' is judged by a pattern, and a schema holds one pattern",
            way_out="keep the format or the pattern, not both",
        )
    if options.pattern is not None and not linear(options.pattern):
        yield Complaint(
            code="pattern-not-linear",
            message="no linear-time engine takes this pattern, and a slow pattern can stall a stream",
            way_out="leave out look-around and back-references, or check the syntax",
        )


def _boolean(field: Field, build: Build) -> Schema:
    del field, build
    return Schema(type="boolean")


STRING: Final = TypeCompiler(schema=_string, complaints=_string_complaints)


def linear(pattern: str) -> bool:
    """Whether the linear-time engine that the gate uses takes the pattern."""
    try:
        jsonschema_rs.Draft7Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


BOOLEAN: Final = TypeCompiler(schema=_boolean, complaints=no_complaints)
