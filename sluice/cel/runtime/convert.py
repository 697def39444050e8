"""CEL's conversions between types: int(), uint(), double(), bool(), string(), bytes()."""

import math
import re
from typing import Any, Final, NoReturn

from sluice.cel.runtime.errors import CelEvaluationError, no_overload
from sluice.cel.runtime.numbers import INT_MAX, INT_MIN, UINT_MAX, as_int, as_uint, overflow
from sluice.cel.runtime.times import SECOND, format_duration, format_timestamp
from sluice.cel.runtime.values import Duration, Timestamp, Uint

_SPACE: Final = " \t\n\v\f\r"
_INTEGER: Final = re.compile(r"[+-]?[0-9]+\Z")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
_NAMED: Final = re.compile(r"[+-]?(inf|infinity|nan)\Z", re.IGNORECASE)
_PAYLOAD: Final = re.compile(r"[+-]?nan\([A-Za-z0-9_]*\)\Z", re.IGNORECASE)
_HEX: Final = re.compile(r"[+-]?0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?\Z")
_TRUE: Final = frozenset({"true", "TRUE", "True", "t", "1"})
_FALSE: Final = frozenset({"false", "FALSE", "False", "f", "0"})
_FIXED_EXPONENT_MAX: Final = 6
_FIXED_EXPONENT_MIN: Final = -4
_DIGITS_MAX: Final = 20


def to_int(value: Any) -> int:
    """``int(x)`` of a number, a string or a timestamp (whole seconds, cut toward the past)."""
    match value:
        case bool() | Duration():
            return no_overload()
        case Timestamp():
            return value // SECOND
        case int():
            return as_int(int(value))
        case float():
            # The bounds themselves are refused too: the reference compares with them as doubles.
            return int(value) if float(INT_MIN) < value < float(INT_MAX) else overflow()
        case str():
            number = _integer(value)
            return number if INT_MIN <= number <= INT_MAX else _malformed("int")
        case _:
            return no_overload()


def to_uint(value: Any) -> Uint:
    """``uint(x)`` of a number or a string."""
    match value:
        case bool() | Duration() | Timestamp():
            return no_overload()
        case int():
            return as_uint(value)
        case float():
            return Uint(value) if 0.0 <= value < float(UINT_MAX) else overflow()
        case str():
            number = _integer(value)
            return Uint(number) if 0 <= number <= UINT_MAX and "-" not in value else _malformed("uint")
        case _:
            return no_overload()


def to_double(value: Any) -> float:
    """``double(x)`` of a number or a string."""
    match value:
        case bool() | Duration() | Timestamp():
            return no_overload()
        case int() | float():
            return float(value)
        case str():
            return _double(value.strip(_SPACE))
        case _:
            return no_overload()


def to_bool(value: Any) -> bool:
    """``bool(x)`` of a boolean or one of the words for it."""
    if value is True or value is False:
        return bool(value)
    if value.__class__ is not str:
        return no_overload()
    return value in _TRUE or (value not in _FALSE and _malformed("bool"))


def to_string(value: Any) -> str:
    """``string(x)`` of a scalar: shortest digits for doubles, RFC 3339 for timestamps, seconds for durations."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Timestamp():
            return format_timestamp(value)
        case Duration():
            return format_duration(value)
        case int():
            return str(int(value))
        case float():
            return _double_text(value)
        case bytes():
            return _text_of_bytes(value)
        case _:
            return no_overload()


def to_bytes(value: Any) -> bytes:
    """``bytes(x)``: the UTF-8 of a string."""
    match value:
        case str():
            return value.encode()
        case bytes():
            return value
        case _:
            return no_overload()


def _text_of_bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise CelEvaluationError("bytes that are no UTF-8 cannot become a string") from None


def _double(text: str) -> float:
    if _DECIMAL.match(text) or _NAMED.match(text):
        return float(text)
    if _PAYLOAD.match(text):
        return math.nan
    if not _HEX.match(text):
        return _malformed("double")
    try:
        return float.fromhex(text)
    except OverflowError:
        return -math.inf if text.startswith("-") else math.inf


def _integer(text: str) -> int:
    stripped = text.strip(_SPACE)
    if not _INTEGER.match(stripped):
        return _malformed("int")
    digits = stripped.lstrip("+-").lstrip("0") or "0"
    if len(digits) > _DIGITS_MAX:
        return _malformed("int")
    return -int(digits) if stripped.startswith("-") else int(digits)


def _malformed(kind: str) -> NoReturn:
    raise CelEvaluationError(f"a string cannot be converted to {kind}")


def _double_text(value: float) -> str:
    """The shortest digits that read back equal, written as C's ``%g`` writes them."""
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    if math.isnan(value) or math.isinf(value):
        return sign + ("nan" if math.isnan(value) else "inf")
    mantissa, exponent_text = f"{abs(value)!r}e0".split("e")[:2] if "e" in repr(value) else (repr(abs(value)), "0")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading_zeros = len(whole + fraction) - len(digits)
    exponent = int(exponent_text) + len(whole) - 1 - leading_zeros
    digits = digits.rstrip("0")
    if not digits:
        return sign + "0"
    if _FIXED_EXPONENT_MIN <= exponent < _FIXED_EXPONENT_MAX:
        return sign + _fixed(digits, exponent)
    point = "." if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{point}{digits[1:]}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _fixed(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    padded = digits.ljust(exponent + 1, "0")
    whole, fraction = padded[: exponent + 1], padded[exponent + 1 :]
    return f"{whole}.{fraction}" if fraction else whole
