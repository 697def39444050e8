"""Arithmetic as CEL has it: 64-bit integers that never wrap, division toward zero, IEEE 754 doubles."""

import math
from typing import Final, NoReturn

from sluice.cel.runtime.errors import CelEvaluationError, no_overload
from sluice.cel.runtime.values import Uint

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1


def overflow() -> NoReturn:
    """Refuse a result that 64 bits do not hold."""
    raise CelEvaluationError("an integer overflow")


def as_int(value: int) -> int:
    """The value, if a signed 64-bit integer holds it."""
    return value if INT_MIN <= value <= INT_MAX else overflow()


def as_uint(value: int) -> Uint:
    """The value, if an unsigned 64-bit integer holds it."""
    return Uint(value) if 0 <= value <= UINT_MAX else overflow()


def int_divide(left: int, right: int) -> int:
    """Division toward zero."""
    quotient = abs(left) // abs(right)
    return as_int(quotient if (left < 0) == (right < 0) else -quotient)


def int_modulo(left: int, right: int) -> int:
    """The remainder of a division toward zero: it has the sign of the dividend."""
    if left == INT_MIN and right == -1:
        overflow()  # the reference computes the quotient first, which no 64 bits hold
    remainder = abs(left) % abs(right)
    return -remainder if left < 0 else remainder


def uint_add(left: int, right: int) -> Uint:
    """The sum of two unsigned integers."""
    return as_uint(left + right)


def uint_subtract(left: int, right: int) -> Uint:
    """The difference of two unsigned integers."""
    return as_uint(left - right)


def uint_multiply(left: int, right: int) -> Uint:
    """The product of two unsigned integers."""
    return as_uint(left * right)


def uint_divide(left: int, right: int) -> Uint:
    """The quotient of two unsigned integers."""
    return Uint(left // right)


def uint_modulo(left: int, right: int) -> Uint:
    """The remainder of two unsigned integers."""
    return Uint(left % right)


def double_divide(left: float, right: float) -> float:
    """IEEE 754 division, where a division by zero is infinite or no number."""
    if right != 0 or right is None:
        return left / right
    if left is None:
        return no_overload()
    if left == 0:
        return -math.nan  # the sign that x86 gives it, and that string() shows
    return left if math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1.0, right)


def exact_int(value: float | None) -> int | None:
    """A decoded JSON integer, which may be written 1.0, as an integer; null stays null."""
    return value if value is None or isinstance(value, int) else int(value)


def exact_double(value: float | None) -> float | None:
    """A decoded JSON number, which may be written 1, as a double; null stays null."""
    return value if value is None or value.__class__ is float else float(value)
