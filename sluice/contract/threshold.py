"""A bound on a number, with its operator and its unit, as ODCS writes it."""

from dataclasses import dataclass
from enum import StrEnum

Number = int | float


class Operator(StrEnum):
    """The operators of ODCS. ``mustBeBetween`` excludes its bounds, and so ``mustNotBeBetween`` allows them."""

    BE = "mustBe"
    NOT_BE = "mustNotBe"
    GREATER = "mustBeGreaterThan"
    GREATER_OR_EQUAL = "mustBeGreaterOrEqualTo"
    LESS = "mustBeLessThan"
    LESS_OR_EQUAL = "mustBeLessOrEqualTo"
    BETWEEN = "mustBeBetween"
    NOT_BETWEEN = "mustNotBeBetween"


class Unit(StrEnum):
    """What the number counts: rows, a share of them, or it is in the unit of the field."""

    ROWS = "rows"
    PERCENT = "percent"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """An operator with its one bound, or its two in rising order."""

    operator: Operator
    bounds: tuple[Number, ...]

    def met_by(self, observed: float) -> bool:
        """Whether a measured number is as asked."""
        low, high = self.bounds[0], self.bounds[-1]
        match self.operator:
            case Operator.BE:
                return observed == low
            case Operator.NOT_BE:
                return observed != low
            case Operator.GREATER:
                return observed > low
            case Operator.GREATER_OR_EQUAL:
                return observed >= low
            case Operator.LESS:
                return observed < low
            case Operator.LESS_OR_EQUAL:
                return observed <= low
            case Operator.BETWEEN:
                return low < observed < high
            case Operator.NOT_BETWEEN:
                return not low < observed < high

    def __str__(self) -> str:
        """As people read it.

        >>> str(Threshold(operator=Operator.LESS, bounds=(10,)))
        '< 10'
        >>> str(Threshold(operator=Operator.BETWEEN, bounds=(600, 1100)))
        'between 600 and 1100, both excluded'
        """
        told = " and ".join(f"{bound:g}" if isinstance(bound, float) else str(bound) for bound in self.bounds)
        return _WORDS[self.operator].format(told)


_WORDS = {
    Operator.BE: "= {}",
    Operator.NOT_BE: "not {}",
    Operator.GREATER: "> {}",
    Operator.GREATER_OR_EQUAL: ">= {}",
    Operator.LESS: "< {}",
    Operator.LESS_OR_EQUAL: "<= {}",
    Operator.BETWEEN: "between {}, both excluded",
    Operator.NOT_BETWEEN: "not between {}",
}
