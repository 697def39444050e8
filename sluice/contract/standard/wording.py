"""What a slip is called: one row for each keyword of JSON Schema, in the words of people who write contracts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sluice.contract import duration
from sluice.contract.standard.whereabouts import kind_of, short
from sluice.contract.suggest import did_you_mean, nearest, one_of
from sluice.contract.tree import MapNode, Node, ScalarNode
from sluice.problem import Place, Problem

OPERATORS: Final = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)
KINDS: Final = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}
HINTS: Final = {  # keys that people expect and the standard has elsewhere, or not at all
    "topic": "the topic is the object's physicalName; the raw topic stands in the object's `stream`",
    "quality": "quality rules stand in an object or a field: schema[].quality, schema[].properties[].quality",
    "nullable": "write `required: false`, or the field's `presence`",
    "type": "a field's type is its `logicalType`",
    "default": "a contract declares no defaults; the producer writes the value",
    "additionalProperties": "say `unknownFields` in the object's `stream`",
    "pattern": "in a field it stands in `logicalTypeOptions`, in a quality rule in `arguments`",
    "minimum": "it stands in `logicalTypeOptions`",
    "maximum": "it stands in `logicalTypeOptions`",
    "examples": "golden records stand in a file of their own, NAME.examples.yaml: `sluice test` judges them",
    "dataContractSpecification": "that specification is retired: write the contract in ODCS, `apiVersion: v3.2.0`",
    "owner": "owners stand in `team`",
    "owners": "owners stand in `team`",
    "consumers": "it stands in customProperties with `vendor: sluice, property: consumers`",
    "stream": "it stands in customProperties with `vendor: sluice, property: stream`",
}


ELSEWHERE_CALLED: Final = {  # what other type systems call the logical types
    **dict.fromkeys(("int", "long", "short", "bigint", "smallint", "int32", "int64"), "integer"),
    **dict.fromkeys(("decimal", "numeric", "float", "double", "real"), "number"),
    **dict.fromkeys(("text", "varchar", "char", "str", "uuid", "email", "enum", "bytes", "binary"), "string"),
    **dict.fromkeys(("datetime", "date-time", "timestamptz", "timestamp_tz", "instant"), "timestamp"),
    **dict.fromkeys(("struct", "record", "row", "json", "nested"), "object"),
    **dict.fromkeys(("list", "set", "sequence"), "array"),
    **dict.fromkeys(("dict", "dictionary", "hash"), "map"),
    "bool": "boolean",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One thing wrong, before it is put in words: ``key`` is set where a key is unknown or missing."""

    place: Place
    keyword: str
    node: Node
    where: str
    expected: Any
    key: str = ""
    known: frozenset[str] = frozenset()
    only_newer: bool = False
    schema: Any


Words = tuple[str, str, str]  # code, message, way out


def word(slip: Slip) -> Problem:
    """The problem that a slip is."""
    code, message, way_out = WORDS.get(slip.keyword, _anything)(slip)
    return Problem(place=slip.place, code=code, message=message, way_out=way_out)


def _unknown_key(slip: Slip) -> Words:
    if slip.key in OPERATORS and isinstance(slip.node, MapNode) and slip.node.text("type") == "custom":
        return (
            "operator-on-custom-rule",
            f"'{slip.key}' stands on {slip.where}, but the standard gives custom rules no operator",
            "say the bound inside `implementation`",
        )
    message = f"unknown key '{slip.key}' in {slip.where}"
    if slip.only_newer:
        return "unknown-key", message, "ODCS v3.2.0 has this key: declare `apiVersion: v3.2.0`"
    if nearest(slip.key, slip.known) is None and slip.key in HINTS:
        return "unknown-key", message, HINTS[slip.key]
    return "unknown-key", message, did_you_mean(slip.key, slip.known)


def _missing_key(slip: Slip) -> Words:
    written = slip.node.entries if isinstance(slip.node, MapNode) else ()
    if slip.key == "type" and isinstance(slip.node, MapNode) and (slip.node.get("engine") or slip.node.get("query")):
        kind = "custom" if slip.node.get("engine") else "sql"
        return "missing-key", f"{slip.where} has no 'type'", f"add `type: {kind}`; without one it is a library rule"
    near = nearest(slip.key, [entry.key for entry in written if entry.key not in slip.known])
    way_out = f"did you mean it by '{near}'?" if near else f"add `{slip.key}:`"
    return "missing-key", f"{slip.where} has no '{slip.key}'", way_out


def _not_one_of(slip: Slip) -> Words:
    choices = [str(choice) for choice in slip.expected if choice is not None]
    given = slip.node.written if isinstance(slip.node, ScalarNode) else ""
    meant = ELSEWHERE_CALLED.get(given.casefold())
    way_out = f"it is called '{meant}' here" if meant in choices else did_you_mean(given, choices)
    return "not-one-of", f"{slip.where} cannot be {kind_of(slip.node)}", way_out


def _wrong_kind(slip: Slip) -> Words:
    kinds = [slip.expected] if isinstance(slip.expected, str) else list(slip.expected)
    wanted = " or ".join(KINDS[kind] for kind in kinds)
    way_out = _quoting(slip.node, kinds) or _wrapping(slip, kinds)
    return "wrong-kind", f"{slip.where} is {kind_of(slip.node)}; it must be {wanted}", way_out


def _wrapping(slip: Slip, kinds: list[str]) -> str:
    """A value where a mapping with one required key is wanted belongs under that key."""
    required: list[str] = slip.schema.get("required", []) if isinstance(slip.schema, dict) else []
    if kinds == ["object"] and len(required) == 1 and isinstance(slip.node, ScalarNode) and slip.node.written:
        return f"write {{{required[0]}: {slip.node.written[:40]}}}"
    if kinds == ["array"] and isinstance(slip.node, ScalarNode) and slip.node.written:
        return f"write [{slip.node.written[:40]}]"
    return ""


def _quoting(node: Node, kinds: list[str]) -> str:
    if isinstance(node, ScalarNode) and "string" in kinds and node.value is not None:
        return f'write "{node.written}"'
    if isinstance(node, ScalarNode) and node.style and {"number", "integer", "boolean"} & set(kinds):
        return "leave the quotes out"
    return ""


def _choice(slip: Slip) -> Words:
    if any("mustBe" in branch.get("required", ()) for branch in slip.expected):
        given = [operator for operator in OPERATORS if isinstance(slip.node, MapNode) and slip.node.get(operator)]
        said = f"has {len(given)} operators ({', '.join(given)})" if given else "has no operator"
        way_out = "keep one and write a rule of its own for the other" if given else one_of(OPERATORS)
        return "one-operator", f"{slip.where} {said}; it takes exactly one", way_out
    kinds = [KINDS[branch["type"]] for branch in slip.expected if branch.get("type") in KINDS]
    way_out = f"it must be {' or '.join(kinds)}" if kinds else "look at the examples in docs/contract-language.md"
    return "wrong-kind", f"{slip.where} is {kind_of(slip.node)}, which fits no form it may have", way_out


def _too_few(slip: Slip) -> Words:
    return "too-few", f"{slip.where} needs at least {slip.expected} of them", ""


def _too_many(slip: Slip) -> Words:
    return "too-many", f"{slip.where} takes at most {slip.expected} of them", ""


def _repeated(slip: Slip) -> Words:
    return "repeated", f"{slip.where} says what an earlier one says", "keep one of them"


def _bound(slip: Slip) -> Words:
    sides = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
    side = sides[slip.keyword]
    return "out-of-bounds", f"{slip.where} is {kind_of(slip.node)}; it must be {side} {slip.expected}", ""


def _form(slip: Slip) -> Words:
    way_out = slip.schema.get("errorMessage", f"it must match {slip.expected}")
    return "wrong-form", f"{slip.where} is {kind_of(slip.node)}", way_out


def _format(slip: Slip) -> Words:
    given = slip.node.written if isinstance(slip.node, ScalarNode) else ""
    ways = {
        "duration": duration.why_not(given),
        "timezone": "write a zone of the IANA database: UTC, Europe/Berlin, America/New_York",
        "date": "write it as 2026-11-30",
        "date-time": "write it as 2026-11-30T12:00:00Z",
        "uri": "write it with its scheme: https://example.com",
    }
    code = "not-a-duration" if slip.expected == "duration" else "wrong-form"
    return code, f"{slip.where} is {short(given)}, which is no {slip.expected}", ways.get(str(slip.expected), "")


def _forbidden(slip: Slip) -> Words:
    keys = ", ".join(f"'{key}'" for key in slip.expected.get("required", ()))
    return "not-here", f"{slip.where} must not say {keys or 'this'}", "leave it out"


def _anything(slip: Slip) -> Words:
    return (
        "against-the-standard",
        f"{slip.where} is {kind_of(slip.node)}, which the standard refuses ({slip.keyword})",
        "",
    )


WORDS: Final[dict[str, Callable[[Slip], Words]]] = {
    "unevaluatedProperties": _unknown_key,
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "enum": _not_one_of,
    "type": _wrong_kind,
    "oneOf": _choice,
    "anyOf": _choice,
    "minItems": _too_few,
    "minLength": _too_few,
    "minProperties": _too_few,
    "maxItems": _too_many,
    "maxLength": _too_many,
    "uniqueItems": _repeated,
    "minimum": _bound,
    "maximum": _bound,
    "exclusiveMinimum": _bound,
    "exclusiveMaximum": _bound,
    "pattern": _form,
    "format": _format,
    "not": _forbidden,
}
