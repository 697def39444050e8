"""The type checker's complaint in words for the author, with the way out."""

import re
from collections.abc import Mapping
from typing import Final

from sluice.cel.functions import FUNCTIONS
from sluice.cel.problem import CelProblem
from sluice.cel.shape import Shape
from sluice.contract.suggest import did_you_mean

_COMPLAINT: Final = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*?)(?:\n \||\nERROR: | \[[A-Z_]+\]\Z|\Z)", re.DOTALL)
_UNDEFINED: Final = re.compile(r"undefined field '(.*)' not found in struct '(.*)'")
_UNDECLARED: Final = re.compile(r"undeclared reference to '(.*?)'")
_OVERLOAD: Final = re.compile(r"found no matching overload for '(.*?)' applied to '\((.*)\)'")
_NAMES: Final = {"google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "duration", "null_type": "null"}
_MACROS: Final = ("all", "exists", "exists_one", "filter", "has", "map")
_NUMBERS: Final = frozenset({"int", "uint", "double"})
_WAYS: Final = {
    "list": "an absent list is the empty list: write size(x) == 0",
    "map": "an absent map is the empty map: write size(x) == 0",
}


def explain(error: str, messages: Mapping[str, Shape], names: Mapping[str, str]) -> CelProblem:
    """The first complaint of the checker. ``names`` maps an alias back to the field's name."""
    match = _COMPLAINT.search(error)
    if match is None:
        return CelProblem(message=_limit(error))
    line, column, text = int(match[1]), int(match[2]), match[3]
    message, way_out = _words(text, messages, names)
    known = line > 0 and column > 0
    return CelProblem(message=message, way_out=way_out, line=line if known else None, column=column if known else None)


def _words(text: str, messages: Mapping[str, Shape], names: Mapping[str, str]) -> tuple[str, str]:
    undefined = _UNDEFINED.match(text)
    if undefined is not None and undefined[2] in messages:
        return _undefined(undefined[1], messages[undefined[2]], names)
    undeclared = _UNDECLARED.match(text)
    if undeclared is not None:
        return _undeclared(undeclared[1], next(iter(messages.values())))
    overload = _OVERLOAD.match(text)
    if overload is not None:
        return _overload(overload[1], _readable(overload[2], messages))
    if text.startswith("Syntax error"):
        return f"this is no CEL expression: {text.removeprefix('Syntax error: ')}", _syntax(text)
    if "max recursion" in text:
        return _limit(text), ""
    return _readable(text, messages), ""


def _undefined(name: str, shape: Shape, names: Mapping[str, str]) -> tuple[str, str]:
    where = f" in '{'.'.join(shape.path)}'" if shape.path else ""
    for field in shape.fields:
        if field.shape is None and name in {field.alias, field.name}:
            return f"no rule can read the field '{field.name}'{where}: {field.unusable}", "rename it or give it a type"
    written = names.get(name, name)
    return f"the contract declares no field '{written}'{where}", did_you_mean(
        written, [field.name for field in shape.fields]
    )


def _undeclared(name: str, record: Shape) -> tuple[str, str]:
    if any(name in {field.name, field.alias} for field in record.fields):
        return f"'{name}' is a field of the record and needs 'this.' before it", f"write this.{name}"
    return f"CEL knows no '{name}'", did_you_mean(name, [*FUNCTIONS, *_MACROS, "this", "true", "false", "null"])


def _overload(function: str, types: str) -> tuple[str, str]:
    sign = function.removeprefix("@").replace("_", "")  # _==_, @in, _[_], startsWith
    message = f"'{sign}' has no meaning for ({types})"
    kinds = [part.strip() for part in types.split(", ")]
    if len(kinds) == 2 and set(kinds) <= _NUMBERS:  # noqa: PLR2004 - an operator has two operands
        return message, "numbers of different types do not mix: write 5.0 for 5, or convert with double() or int()"
    if "null" in kinds:
        for kind, way_out in _WAYS.items():
            if types.startswith(kind) or f", {kind}" in types:
                return message, way_out
    if set(kinds) == {"timestamp", "string"}:
        return message, "write timestamp('2026-01-31T00:00:00Z')"
    if set(kinds) == {"duration", "string"}:
        return message, "write duration('1h30m')"
    if sign == "[]" and kinds[-1] == "string":
        return message, "write this.field, or this.`order-id` where the name is no identifier"
    return message, ""


def _syntax(text: str) -> str:
    if "'.in'" in text or "no viable alternative" in text:
        return "a field whose name is a reserved word or no identifier is written in backticks: this.`in`"
    if "at: '=" in text:
        return "equality is written =="
    return ""


def _readable(text: str, messages: Mapping[str, Shape]) -> str:
    for name, shape in sorted(messages.items(), key=lambda item: -len(item[0])):
        text = text.replace(name, f"object '{'.'.join(shape.path)}'" if shape.path else "the record")
    for name, short in _NAMES.items():
        text = text.replace(name, short)
    return re.sub(r"wrapper\((\w+)\)", r"\1", text)


def _limit(error: str) -> str:
    if "recursion" in error:
        return "the rule is nested more than 32 levels deep"
    return f"the rule cannot be read: {error.splitlines()[0] if error else 'no reason given'}"
