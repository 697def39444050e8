"""Logic that absorbs errors: false && error is false, true || error is true; so all() and exists(), too."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sluice.cel.runtime.errors import ERRORS, NO_OVERLOAD, CelEvaluationError


def conjunction(left: Callable[[], Any], right: Callable[[], Any]) -> bool:
    """``left && right``."""
    return _fold((left, right), decisive=False)


def disjunction(left: Callable[[], Any], right: Callable[[], Any]) -> bool:
    """``left || right``."""
    return _fold((left, right), decisive=True)


def every(source: Iterable[Any], predicate: Callable[[Any], Any]) -> bool:
    """``source.all(x, predicate)``."""
    return _fold((partial(predicate, element) for element in source), decisive=False)


def some(source: Iterable[Any], predicate: Callable[[Any], Any]) -> bool:
    """``source.exists(x, predicate)``."""
    return _fold((partial(predicate, element) for element in source), decisive=True)


def _fold(operands: Iterable[Callable[[], Any]], *, decisive: bool) -> bool:
    """The decisive value if any operand has it; else the first error; else the other value."""
    failure: BaseException | None = None
    for operand in operands:
        try:
            value = operand()
        except ERRORS as error:
            failure = failure or error
            continue
        if isinstance(value, bool) and value == decisive:
            return decisive
        if not isinstance(value, bool):
            failure = failure or CelEvaluationError(NO_OVERLOAD)
    if failure is not None:
        raise failure
    return not decisive
