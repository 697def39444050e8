"""Values that Python has no type of its own for, and CEL's truth, equality and order among all values."""

import math
from collections.abc import Iterable
from typing import Any, Final

from sluice.cel.runtime.errors import CelEvaluationError, no_overload

STEPS_MAX: Final = 1_000_000
SCAN_CHARACTERS: Final = 64  # characters are compared and searched so much faster than elements


class Uint(int):
    """An unsigned 64-bit integer."""

    __slots__ = ()


class Timestamp(int):
    """A point in time: nanoseconds since 1970-01-01T00:00:00Z."""

    __slots__ = ()


class Duration(int):
    """A span of time in nanoseconds."""

    __slots__ = ()


class TypeValue(str):
    """A type as a value: what ``type(x)`` answers."""

    __slots__ = ()


_TYPES: Final[dict[type, TypeValue]] = {
    type(None): TypeValue("null_type"),
    bool: TypeValue("bool"),
    int: TypeValue("int"),
    Uint: TypeValue("uint"),
    float: TypeValue("double"),
    str: TypeValue("string"),
    bytes: TypeValue("bytes"),
    list: TypeValue("list"),
    dict: TypeValue("map"),
    Timestamp: TypeValue("timestamp"),
    Duration: TypeValue("duration"),
    TypeValue: TypeValue("type"),
}
_NUMBERS: Final = frozenset({int, Uint, float})


def type_of(value: object) -> TypeValue:
    """The CEL type of a value."""
    return _TYPES[value.__class__]


def as_bool(value: object) -> bool:
    """The value, if it is a boolean; null is none."""
    return value if isinstance(value, bool) else no_overload()


def equal(left: Any, right: Any) -> bool:
    """CEL's equality over all types: numbers by value, lists and maps by their parts, other types are never equal."""
    return _equal(left, right, [STEPS_MAX])


def _equal(left: Any, right: Any, budget: list[int]) -> bool:
    kind, other = left.__class__, right.__class__
    if kind is list and other is list:
        _spend(budget, len(left))
        return len(left) == len(right) and all(_equal(a, b, budget) for a, b in zip(left, right, strict=True))
    if kind is dict and other is dict:
        _spend(budget, len(left))
        return len(left) == len(right) and all(
            found and _equal(value, match, budget) for value, (found, match) in _pairs(left, right)
        )
    if kind is other:
        return bool(left == right)
    if kind in _NUMBERS and other in _NUMBERS:
        return float(left) == float(right) if float in {kind, other} else bool(int(left) == int(right))
    return False


def _pairs(left: dict[Any, Any], right: dict[Any, Any]) -> Iterable[tuple[Any, tuple[bool, Any]]]:
    for key, value in left.items():
        found = has_key(key, right)
        yield value, (found, right[key] if found else None)


def _spend(budget: list[int], steps: int) -> None:
    budget[0] -= steps
    if budget[0] < 0:
        raise CelEvaluationError("the rule takes too many steps on this record")


def spend(budget: list[int], source: Any) -> Any:
    """The source of an inner loop, once its steps are taken from the evaluation's budget."""
    _spend(budget, len(source) + 1)
    return source


def scan(budget: list[int], value: Any) -> Any:
    """A value that a loop reads or makes again and again, once its length is taken from the budget."""
    kind = value.__class__
    if kind is str or kind is bytes:
        _spend(budget, len(value) // SCAN_CHARACTERS + 1)
    elif kind is list or kind is dict:
        _spend(budget, len(value) + 1)
    return value


def compare(left: Any, right: Any) -> int:
    """-1, 0 or 1 for values of one ordered type or for two numbers; 2 where a number is NaN."""
    kind, other = left.__class__, right.__class__
    if kind in _NUMBERS and other in _NUMBERS:
        if float in {kind, other}:
            left, right = float(left), float(right)
            if math.isnan(left) or math.isnan(right):
                return 2
    elif kind is not other or kind not in {bool, str, bytes, Timestamp, Duration}:
        return no_overload()
    return int(left > right) - int(left < right)


def less(left: Any, right: Any) -> bool:
    """``left < right`` where the types are known only now."""
    return compare(left, right) == -1


def less_equal(left: Any, right: Any) -> bool:
    """``left <= right`` where the types are known only now."""
    return compare(left, right) in {-1, 0}


def greater(left: Any, right: Any) -> bool:
    """``left > right`` where the types are known only now."""
    return compare(left, right) == 1


def greater_equal(left: Any, right: Any) -> bool:
    """``left >= right`` where the types are known only now."""
    return compare(left, right) in {0, 1}


def has_key(key: Any, mapping: dict[Any, Any]) -> bool:
    """Whether a map has the key; a number finds an equal number, a boolean only a boolean."""
    if key.__class__ not in {bool, int, Uint, float, str}:
        return no_overload()
    if key not in mapping:
        return False
    # Python holds True == 1 and so finds the one for the other: the keys of one map are of one kind, so any tells.
    return isinstance(next(iter(mapping)), bool) == isinstance(key, bool)
