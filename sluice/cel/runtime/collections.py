"""Lists and maps: index, membership, size, and what stands in for the macros."""

from collections.abc import Iterable
from typing import Any, Final

from sluice.cel.runtime.errors import CelEvaluationError, no_overload
from sluice.cel.runtime.values import equal, has_key

LENGTH_MAX: Final = 1_000_000
EMPTY: Final[dict[str, Any]] = {}
_INDEXES: Final = frozenset({"int", "Uint", "float"})


def index(container: Any, key: Any) -> Any:
    """``container[key]``; a list takes no negative index."""
    if container.__class__ is list:
        if type(key).__name__ not in _INDEXES or int(key) != key:
            return no_overload()
        if not 0 <= key < len(container):
            raise CelEvaluationError("a list has no such index")
        return container[int(key)]
    if container.__class__ is not dict:
        return no_overload()
    if not has_key(key, container):
        raise CelEvaluationError("a map has no such key")
    return container[key]


def contained(needle: Any, container: Any) -> bool:
    """``needle in container``: an equal element of a list, or a key of a map."""
    if container.__class__ is list:
        return any(equal(needle, element) for element in container)
    return has_key(needle, container) if container.__class__ is dict else no_overload()


def member(operand: Any, name: str) -> Any:
    """``operand.name`` where the type is known only now: a map's key."""
    return operand[name] if operand.__class__ is dict else no_overload()


def has_member(operand: Any, name: str) -> bool:
    """``has(operand.name)`` where the type is known only now."""
    return name in operand if operand.__class__ is dict else no_overload()


def attribute(operand: Any, name: str) -> Any:
    """An attribute of an object, or null where there is no object."""
    return None if operand is None else getattr(operand, name)


def size(value: Any) -> int:
    """``size(x)``: code points, bytes, elements or keys."""
    return len(value) if value.__class__ in {str, bytes, list, dict} else no_overload()


def elements(value: Any) -> Any:
    """What a macro goes over: a list's elements, a map's keys."""
    return value if value.__class__ in {list, dict} else no_overload()


def concatenate(left: Any, right: Any) -> Any:
    """Strings, bytes or lists joined; bounded, since a macro may double a text again and again."""
    if left.__class__ is not right.__class__:
        return no_overload()
    if len(left) + len(right) > LENGTH_MAX:
        raise CelEvaluationError(f"a text or list of more than {LENGTH_MAX} elements")
    return left + right


def map_of(keys: Iterable[Any], values: Iterable[Any]) -> dict[Any, Any]:
    """A map literal; a key that stands twice is refused."""
    result: dict[Any, Any] = {}
    for key, value in zip(keys, values, strict=True):
        if key is None or key in result:
            raise CelEvaluationError("a map holds a key twice, or null as a key")
        result[key] = value
    return result
