"""Arithmetic where the types are known only now: it finds the operation by the classes of its operands."""

from collections.abc import Callable
from typing import Any, Final

from sluice.cel.runtime import numbers
from sluice.cel.runtime.collections import concatenate
from sluice.cel.runtime.errors import no_overload
from sluice.cel.runtime.times import time_add, time_subtract
from sluice.cel.runtime.values import Duration, Timestamp, Uint

_TIMES: Final = frozenset({Timestamp, Duration})
_TEXTS: Final = frozenset({str, bytes, list})

Operation = Callable[[Any, Any], Any]

_INT: Final[dict[str, Operation]] = {
    "_+_": lambda left, right: numbers.as_int(left + right),
    "_-_": lambda left, right: numbers.as_int(left - right),
    "_*_": lambda left, right: numbers.as_int(left * right),
    "_/_": numbers.int_divide,
    "_%_": numbers.int_modulo,
}
_UINT: Final[dict[str, Operation]] = {
    "_+_": numbers.uint_add,
    "_-_": numbers.uint_subtract,
    "_*_": numbers.uint_multiply,
    "_/_": numbers.uint_divide,
    "_%_": numbers.uint_modulo,
}
_DOUBLE: Final[dict[str, Operation]] = {
    "_+_": lambda left, right: left + right,
    "_-_": lambda left, right: left - right,
    "_*_": lambda left, right: left * right,
    "_/_": numbers.double_divide,
}
_TIME: Final[dict[str, Operation]] = {"_+_": time_add, "_-_": time_subtract}
_TEXT: Final[dict[str, Operation]] = {"_+_": concatenate}


def arithmetic(operator: str) -> Operation:
    """The operation of that operator on values of any type."""

    def calculate(left: Any, right: Any) -> Any:
        kind, other = left.__class__, right.__class__
        if kind in _TIMES and other in _TIMES:
            table = _TIME
        elif kind is not other:
            return no_overload()
        else:
            table = _BY_CLASS.get(kind, {})
        operation = table.get(operator)
        return operation(left, right) if operation is not None else no_overload()

    return calculate


_BY_CLASS: Final[dict[type, dict[str, Operation]]] = {
    int: _INT,
    Uint: _UINT,
    float: _DOUBLE,
    **dict.fromkeys(_TEXTS, _TEXT),
}


def negate(value: Any) -> Any:
    """``-x`` of an integer or a double."""
    if value.__class__ is int:
        return numbers.as_int(-value)
    return -value if value.__class__ is float else no_overload()
