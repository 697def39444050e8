"""Constraints of a field that leave some value to pass."""

from collections.abc import Iterator
from typing import Final

from sluice.contract.checks.subject import Subject, error
from sluice.contract.draft import FieldDraft
from sluice.contract.model import LogicalType
from sluice.contract.suggest import did_you_mean
from sluice.contract.tree import MapNode, scalar
from sluice.problem import Problem

SIZES: Final = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties"))
RANGE: Final = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
NUMBERS: Final = frozenset({LogicalType.INTEGER, LogicalType.NUMBER})
INT64: Final = (-(2**63), 2**63 - 1)


def check(subject: Subject) -> Iterator[Problem]:
    """Numbers and sizes; bounds in time are judged where the spelling of the field is known, by the compilers."""
    for found in subject.streams:
        for field in found.fields:
            options = field.options
            if options is None or field.type is None:
                continue
            name = f"field '{found.name}.{field.path}'"
            yield from _sizes(options, name)
            yield from _range(field, options, name)
            yield from _step(options, name)
            yield from _object(field, options, name)


def _sizes(options: MapNode, name: str) -> Iterator[Problem]:
    for low, high in SIZES:
        least, most = options.integer(low), options.integer(high)
        if least is not None and most is not None and least > most:
            yield _rejects_all(options, low, f"{name} asks for {low} {least} and {high} {most}")


def _range(field: FieldDraft, options: MapNode, name: str) -> Iterator[Problem]:
    values: dict[str, int | float] = {}
    for key in RANGE:
        given = scalar(options.get(key))
        if given is None:
            continue
        if field.type in NUMBERS and not isinstance(given, str | bool):
            values[key] = given
            if field.type is LogicalType.INTEGER and not INT64[0] <= given <= INT64[1]:
                yield error(
                    options.place_of_value(key),
                    "beyond-64-bit",
                    f"{key} of {name} lies beyond the 64 bits of an integer",
                    f"integers go from {INT64[0]} to {INT64[1]}",
                )
    if _is_empty(values, whole=field.type is LogicalType.INTEGER):
        said = ", ".join(f"{key} {value}" for key, value in values.items())
        yield _rejects_all(options, next(iter(values)), f"{name} asks for {said}")


def _is_empty(values: dict[str, int | float], *, whole: bool) -> bool:
    """Whether nothing lies between the bounds."""
    lows = [(values[key], key == "exclusiveMinimum") for key in RANGE[:2] if key in values]
    highs = [(values[key], key == "exclusiveMaximum") for key in RANGE[2:] if key in values]
    for low, low_out in lows:
        for high, high_out in highs:
            if low > high or (low == high and (low_out or high_out)):
                return True
            if whole and int(low) == low and int(high) == high and high - low <= int(low_out) + int(high_out) - 1:
                return True
    return False


def _step(options: MapNode, name: str) -> Iterator[Problem]:
    step = scalar(options.get("multipleOf"))
    if not isinstance(step, int | float) or step <= 0:
        return
    low, high = scalar(options.get("minimum")), scalar(options.get("maximum"))
    if isinstance(low, int | float) and isinstance(high, int | float) and low <= high and (high // step) * step < low:
        yield _rejects_all(options, "multipleOf", f"{name} asks for a multiple of {step} from {low} to {high}")


def _object(field: FieldDraft, options: MapNode, name: str) -> Iterator[Problem]:
    if field.type is not LogicalType.OBJECT:
        return
    children = [child.text("name") for child in field.node.maps("properties")]
    for wanted, place in options.texts("required"):
        if wanted not in children:
            yield error(
                place,
                "required-undeclared",
                f"{name} requires '{wanted}', which it does not declare",
                did_you_mean(wanted, children),
            )
    most = options.integer("maxProperties")
    needed = sum(child.flag("required") is True for child in field.node.maps("properties"))
    if most is not None and needed > most:
        yield _rejects_all(options, "maxProperties", f"{name} has {needed} required fields and maxProperties {most}")
    least = options.integer("minProperties")
    if least is not None and children and least > len(children):
        yield _rejects_all(
            options, "minProperties", f"{name} declares {len(children)} fields and minProperties {least}"
        )


def _rejects_all(options: MapNode, key: str, said: str) -> Problem:
    return error(options.place_of_value(key), "empty-range", f"{said}: no value can meet it", "widen one of them")
