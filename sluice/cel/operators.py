"""CEL's operators as Python: the plain operator where the static types allow it, a call where they do not."""

import math
from collections.abc import Callable
from typing import Final

from sluice.cel.code import Code, Emitting
from sluice.cel.decode import UnsupportedError
from sluice.cel.fields import container, null_test, value
from sluice.cel.tree import Call, Const, ListLiteral, Node

Operator = Callable[[Emitting, Call], Code]

ORDERED: Final = frozenset({"int", "uint", "double", "string", "bool", "bytes", "timestamp", "duration"})
EXACT: Final = ORDERED - {"double"}  # equal in Python where equal in CEL, inside of lists and maps too
LITERAL: Final = frozenset({"int", "double", "string", "bool", "bytes"})
_SET_MIN: Final = 4  # from here on a constant set is faster than a constant tuple


def logic(keyword: str, helper: str) -> Operator:
    """``&&`` and ``||``. They commute, so an operand that cannot raise goes first: then nothing need be absorbed."""

    def emit(to: Emitting, call: Call) -> Code:
        left, right = (to.condition(arg) for arg in call.args)
        if right.safe and not left.safe:
            left, right = right, left
        if to.careful and not left.safe:
            return Code(f"{helper}(lambda: {left.text}, lambda: {right.text})")
        return Code(f"({left.text} {keyword} {right.text})", safe=left.safe and right.safe)

    return emit


def negation(to: Emitting, call: Call) -> Code:
    """``!x``."""
    operand = to.condition(call.args[0])
    return Code(f"(not {operand.text})", safe=operand.safe)


def conditional(to: Emitting, call: Call) -> Code:
    """``c ? a : b``."""
    condition = to.condition(call.args[0])
    yes, no = to.emit(call.args[1]), to.emit(call.args[2])
    return Code(
        f"({yes.text} if {condition.text} else {no.text})",
        safe=condition.safe and yes.safe and no.safe,
        present=yes.present and no.present,
    )


def equality(sign: str) -> Operator:
    """``==`` and ``!=``."""
    negated = sign == "!="

    def emit(to: Emitting, call: Call) -> Code:
        left, right = call.args
        if _is_null(left) or _is_null(right):
            operand = null_test(to, left if _is_null(right) else right)
            return Code(f"({operand.text} is {'not ' if negated else ''}None)", safe=operand.safe)
        for arg in call.args:
            if arg.type.contains("message"):
                raise UnsupportedError("objects cannot be compared", call.offset, "compare their fields")
        if _comparable(to, left, right):
            a, b = to.emit(left, loose=True), to.emit(right, loose=True)
            return Code(f"({a.text} {sign} {b.text})", safe=a.safe and b.safe)
        a, b = to.emit(left), to.emit(right)
        return Code(f"({'not ' if negated else ''}_equal({a.text}, {b.text}))")

    return emit


def order(sign: str, helper: str) -> Operator:
    """``<``, ``<=``, ``>`` and ``>=``; a null operand raises in Python as it does in CEL."""

    def emit(to: Emitting, call: Call) -> Code:
        left, right = call.args
        if to.kind(left) == to.kind(right) and to.kind(left) in ORDERED:
            a, b = to.emit(left, loose=True), to.emit(right, loose=True)
            return Code(f"({a.text} {sign} {b.text})", safe=a.safe and b.safe and a.present and b.present)
        return Code(f"{helper}({to.emit(left).text}, {to.emit(right).text})")

    return emit


def membership(to: Emitting, call: Call) -> Code:
    """``x in list`` and ``key in map``."""
    needle, holder = call.args
    kind = to.kind(needle)
    if needle.type.contains("message"):
        raise UnsupportedError("objects cannot be compared", call.offset, "compare their fields with exists()")
    if to.kind(holder) == "list" and kind in LITERAL and isinstance(holder, ListLiteral):
        literals = [item for item in holder.items if isinstance(item, Const) and item.value is not None]
        if len(literals) == len(holder.items) and all(to.kind(item) == kind for item in literals):
            return _in_literals(to, needle, literals)
    if to.kind(holder) == "list" and kind in EXACT and holder.type.params[0].kind == kind:
        a, b = to.emit(needle, loose=True), to.emit(holder, loose=True)
        return Code(f"({a.text} in {b.text})", safe=a.safe and b.safe and b.present)
    a = to.emit(needle)
    if to.kind(holder) == "map" and kind == "string" and a.present:
        b, _ = container(to, holder)
        return Code(f"({a.text} in {b.text})", safe=a.safe and b.safe and b.present)
    return Code(f"_in({a.text}, {to.emit(holder).text})")


def index(to: Emitting, call: Call) -> Code:
    """``list[i]`` and ``map[key]``."""
    holder, key = call.args
    (a, raw), b = container(to, holder), to.emit(key)
    natural = isinstance(key, Const) and to.kind(key) == "int" and isinstance(key.value, int) and key.value >= 0
    plain = (to.kind(holder) == "list" and natural) or (
        to.kind(holder) == "map" and to.kind(key) == "string" and b.present
    )
    element = Code(f"{a.text}[{b.text}]" if plain else f"_index({a.text}, {b.text})", present=False)
    return element if raw is None else value(to, element, raw, loose=False)


def arithmetic(sign: str, helper: str, calls: dict[str, str]) -> Operator:
    """``+ - * / %``: an operator with a check on int, an operator on double, a call for the other types."""

    def emit(to: Emitting, call: Call) -> Code:
        left, right = call.args
        kinds = {to.kind(left), to.kind(right)}
        if call.type.contains("message"):
            raise UnsupportedError("lists of objects cannot be joined", call.offset)
        a, b = to.emit(left), to.emit(right)
        if kinds == {"int"} and "int" not in calls:
            return Code(to.checked_int(f"{a.text} {sign} {b.text}"))
        if kinds == {"double"} and ("double" not in calls or _nonzero(right)):
            safe = a.safe and b.safe and a.present and b.present
            return Code(f"({a.text} {sign} {b.text})", safe=safe)
        if sign == "+" and kinds in ({"string"}, {"bytes"}, {"list"}) and not to.loops:
            safe = a.safe and b.safe and a.present and b.present
            return Code(f"({a.text} + {b.text})", safe=safe)
        kind = next(iter(kinds)) if len(kinds) == 1 else "time" if kinds == {"timestamp", "duration"} else "dyn"
        text = f"{calls.get(kind, helper)}({a.text}, {b.text})"
        return Code(f"_scan({to.budget()}, {text})" if sign == "+" and to.loops else text)

    return emit


def minus(to: Emitting, call: Call) -> Code:
    """``-x``."""
    (operand,) = call.args
    code = to.emit(operand)
    if to.kind(operand) == "int":
        return Code(to.checked_int(f"-{code.text}"))
    if to.kind(operand) == "double":
        return Code(f"(-{code.text})", safe=code.safe and code.present)
    return Code(f"_negate({code.text})")


def _is_null(node: Node) -> bool:
    return isinstance(node, Const) and node.value is None


def _comparable(to: Emitting, left: Node, right: Node) -> bool:
    """Whether Python's ``==`` means the same: one scalar type, or containers of one exact type."""
    a, b = to.kind(left), to.kind(right)
    if a != b:
        return False
    if a in ORDERED or a == "type":
        return True
    if a == "list":
        (x,), (y,) = left.type.params, right.type.params
        return x.kind == y.kind and x.kind in EXACT
    return False


def _nonzero(node: Node) -> bool:
    return isinstance(node, Const) and isinstance(node.value, float) and node.value != 0


def _in_literals(to: Emitting, needle: Node, literals: list[Const]) -> Code:
    code = to.emit(needle, loose=True)
    texts = "".join(f"{to.emit(item).text}, " for item in literals)
    finite = all(not isinstance(item.value, float) or math.isfinite(item.value) for item in literals)
    if len(literals) >= _SET_MIN and finite:
        return Code(f"({code.text} in {{{texts}}})", safe=code.safe)
    return Code(f"({code.text} in ({texts}))", safe=code.safe)


OPERATORS: Final[dict[str, Operator]] = {
    "_&&_": logic("and", "_and"),
    "_||_": logic("or", "_or"),
    "!_": negation,
    "_?_:_": conditional,
    "_==_": equality("=="),
    "_!=_": equality("!="),
    "_<_": order("<", "_less"),
    "_<=_": order("<=", "_less_equal"),
    "_>_": order(">", "_greater"),
    "_>=_": order(">=", "_greater_equal"),
    "@in": membership,
    "_[_]": index,
    "_+_": arithmetic(
        "+",
        "_add",
        {
            "uint": "_uint_add",
            "string": "_concatenate",
            "bytes": "_concatenate",
            "list": "_concatenate",
            "time": "_time_add",
            "duration": "_time_add",
        },
    ),
    "_-_": arithmetic(
        "-",
        "_subtract",
        {
            "uint": "_uint_subtract",
            "time": "_time_subtract",
            "timestamp": "_time_subtract",
            "duration": "_time_subtract",
        },
    ),
    "_*_": arithmetic("*", "_multiply", {"uint": "_uint_multiply"}),
    "_/_": arithmetic("/", "_divide", {"int": "_int_divide", "double": "_double_divide", "uint": "_uint_divide"}),
    "_%_": arithmetic("%", "_modulo", {"int": "_int_modulo", "uint": "_uint_modulo"}),
    "-_": minus,
}
