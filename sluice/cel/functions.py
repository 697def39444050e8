"""CEL's standard functions as Python."""

from collections.abc import Callable
from typing import Final

from sluice.cel.code import Code, Emitting
from sluice.cel.decode import UnsupportedError
from sluice.cel.runtime.calendars import TIMESTAMP_PARTS, Zone, part, utc, zone
from sluice.cel.runtime.errors import CelEvaluationError
from sluice.cel.runtime.patterns import pattern
from sluice.cel.runtime.times import to_duration, to_timestamp
from sluice.cel.tree import Call, Const

Function = Callable[[Emitting, Call], Code]

_SIZED: Final = frozenset({"string", "bytes", "list", "map"})


def conversion(helper: str) -> Function:
    """``int(x)`` and its kin."""

    def emit(to: Emitting, call: Call) -> Code:
        return Code(f"{helper}({to.emit(call.args[0]).text})")

    return emit


def moment(helper: str, read: Callable[[object], object]) -> Function:
    """``timestamp(x)`` and ``duration(x)``; of a literal it is calculated once."""

    def emit(to: Emitting, call: Call) -> Code:
        (operand,) = call.args
        if isinstance(operand, Const):
            try:
                return Code(to.constant(read(operand.value)), safe=True)
            except CelEvaluationError as error:
                raise UnsupportedError(f"the rule can never be evaluated: {error}", call.offset) from None
        return Code(f"{helper}({to.emit(operand).text})")

    return emit


def size(to: Emitting, call: Call) -> Code:
    """``size(x)``."""
    (operand,) = call.args
    code = to.emit(operand)
    if to.kind(operand) in _SIZED:
        return Code(f"_len({code.text})", safe=code.safe and code.present)
    return Code(f"_size({code.text})")


def text_test(template: str, helper: str) -> Function:
    """``contains``, ``startsWith``, ``endsWith``."""

    def emit(to: Emitting, call: Call) -> Code:
        text, part_of = call.args
        a, b = to.emit(text), to.emit(part_of)
        if to.kind(text) == to.kind(part_of) == "string":
            safe = a.safe and b.safe and a.present and b.present
            return Code(template.format(a.text, b.text), safe=safe)
        return Code(f"{helper}({a.text}, {b.text})")

    return emit


def matches(to: Emitting, call: Call) -> Code:
    """``text.matches(pattern)``: found anywhere, in RE2's syntax, in time linear in the text."""
    text, source = call.args
    if not isinstance(source, Const) or not isinstance(source.value, str):
        raise UnsupportedError(
            "the pattern of matches() is not a literal", source.offset, "write the pattern itself in quotes"
        )
    search = pattern(source.value)
    if isinstance(search, str):
        raise UnsupportedError(f"the pattern of matches() is no regular expression of RE2: {search}", source.offset)
    code = to.emit(text)
    return Code(f"{to.constant(search)}({code.text})", safe=False)


def calendar(name: str) -> Function:
    """``getFullYear()`` and its kin, with or without a time zone."""

    def emit(to: Emitting, call: Call) -> Code:
        where: Zone = utc
        if len(call.args) > 1:
            named = call.args[1]
            if not isinstance(named, Const) or not isinstance(named.value, str):
                raise UnsupportedError("a time zone is not a literal", named.offset, "write its name in quotes")
            found = zone(named.value)
            if found is None:
                raise UnsupportedError(
                    f"there is no time zone '{named.value}'",
                    named.offset,
                    "write an IANA name such as 'America/New_York', or an offset such as '+05:30'",
                )
            where = found
        return Code(f"{to.constant(part(name, where))}({to.emit(call.args[0]).text})")

    return emit


def dynamic(to: Emitting, call: Call) -> Code:
    """``dyn(x)``: the value itself, its type forgotten."""
    return to.emit(call.args[0])


def type_of(to: Emitting, call: Call) -> Code:
    """``type(x)``."""
    code = to.emit(call.args[0])
    return Code(f"_type({code.text})", safe=code.safe)


FUNCTIONS: Final[dict[str, Function]] = {
    "int": conversion("_to_int"),
    "uint": conversion("_to_uint"),
    "double": conversion("_to_double"),
    "bool": conversion("_to_bool"),
    "string": conversion("_to_string"),
    "bytes": conversion("_to_bytes"),
    "timestamp": moment("_to_timestamp", to_timestamp),
    "duration": moment("_to_duration", to_duration),
    "size": size,
    "contains": text_test("({1} in {0})", "_contains"),
    "startsWith": text_test("{0}.startswith({1})", "_starts_with"),
    "endsWith": text_test("{0}.endswith({1})", "_ends_with"),
    "matches": matches,
    "dyn": dynamic,
    "type": type_of,
    **{name: calendar(name) for name in TIMESTAMP_PARTS},
}
