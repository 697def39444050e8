"""The evaluation error, and the Python exceptions that stand for one while generated code runs."""

from typing import Final, NoReturn


class CelEvaluationError(Exception):
    """A rule that cannot be evaluated on a record. The sentence names no value of the record."""


NO_OVERLOAD: Final = "an operation has no meaning for its operands; most often one of them is null"

ERRORS: Final = (
    ArithmeticError,
    AttributeError,
    CelEvaluationError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def explain(error: BaseException) -> CelEvaluationError:
    """The evaluation error that an exception of generated code stands for; Python's own words may hold values."""
    match error:
        case CelEvaluationError():
            return error
        case ZeroDivisionError():
            return CelEvaluationError("a division by zero")
        case KeyError():
            return CelEvaluationError("a map has no such key")
        case IndexError():
            return CelEvaluationError("a list has no such index")
        case RecursionError():
            return CelEvaluationError("the value is nested too deeply")
        case _:
            return CelEvaluationError(NO_OVERLOAD)


def no_overload() -> NoReturn:
    """Refuse an operation on values of these types."""
    raise CelEvaluationError(NO_OVERLOAD)
