"""Numbers: integer and number with their bounds, steps and widths.

The standard's default width of an integer is i32; ours is i64, the widest that every warehouse holds.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Final

from sluice.compile.value import Build, Complaint, Schema, TypeCompiler, number
from sluice.contract.model import Field, Options

Bound = int | float

INT64: Final = (-(2**63), 2**63 - 1)
INTEGER_WIDTHS: Final[dict[str, tuple[Bound, Bound]]] = {
    "i8": (-(2**7), 2**7 - 1),
    "i16": (-(2**15), 2**15 - 1),
    "i32": (-(2**31), 2**31 - 1),
    "i64": INT64,
    "u8": (0, 2**8 - 1),
    "u16": (0, 2**16 - 1),
    "u32": (0, 2**32 - 1),
}
_TOO_WIDE: Final = frozenset({"u64", "i128", "u128"})
NUMBER_WIDTHS: Final[dict[str, tuple[Bound, Bound]]] = {
    "f32": (-3.4028234663852886e38, 3.4028234663852886e38),
    "f64": (-1.7976931348623157e308, 1.7976931348623157e308),
}
_BOUNDS: Final = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum")


def _integer(field: Field, build: Build) -> Schema:
    del build
    return Schema(type="integer") | _bounds(field.options, INTEGER_WIDTHS[field.options.format or "i64"])


def _number(field: Field, build: Build) -> Schema:
    del build
    width = NUMBER_WIDTHS[field.options.format] if field.options.format else None
    return Schema(type="number") | _bounds(field.options, width)


def _bounds(options: Options, width: tuple[Bound, Bound] | None) -> Schema:
    lowest, highest, above, below = (_bound(options, name) for name in _BOUNDS)
    if width is not None:
        lowest = width[0] if lowest is None else max(lowest, width[0])
        highest = width[1] if highest is None else min(highest, width[1])
    words = {
        "minimum": lowest,
        "maximum": highest,
        "exclusiveMinimum": above,
        "exclusiveMaximum": below,
        "multipleOf": options.multiple_of,
    }
    return {word: number(value) for word, value in words.items() if value is not None}


def _bound(options: Options, name: str) -> Bound | None:
    value = getattr(options, name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _integer_complaints(field: Field) -> Iterator[Complaint]:
    width = field.options.format
    if width in _TOO_WIDE:
        yield Complaint(
            code="integer-too-wide",
            message=f"'{width}' holds integers beyond 64 bits signed, which a warehouse cannot",
            way_out="use i64, or declare a string with a pattern of digits",
        )
    elif width is not None and width not in INTEGER_WIDTHS:
        yield _unknown_width(width, tuple(INTEGER_WIDTHS))
    else:
        yield from _bound_complaints(field.options, INTEGER_WIDTHS[width or "i64"])


def _number_complaints(field: Field) -> Iterator[Complaint]:
    width = field.options.format
    if width is not None and width not in NUMBER_WIDTHS:
        yield _unknown_width(width, tuple(NUMBER_WIDTHS))
    else:
        yield from _bound_complaints(field.options, NUMBER_WIDTHS[width or "f64"])


def _unknown_width(width: str, known: tuple[str, ...]) -> Complaint:
    return Complaint(
        code="unsupported-format",
        message=f"'{width}' is no width of this type",
        way_out=f"use one of {', '.join(known)}",
    )


def _bound_complaints(options: Options, width: tuple[Bound, Bound]) -> Iterator[Complaint]:
    for name in (*_BOUNDS, "multiple_of"):
        value = getattr(options, name)
        if isinstance(value, str | bool) or (isinstance(value, float) and not isfinite(value)):
            yield Complaint(
                code="bound-not-a-number",
                message=f"the bound {_camel(name)} is {value!r}, which is no number",
                way_out="write a number without quotes",
            )
            return
    if options.multiple_of is not None and options.multiple_of <= 0:
        yield Complaint(
            code="bound-not-a-number",
            message=f"nothing is a multiple of {options.multiple_of}",
            way_out="write a multipleOf above zero",
        )
    lowest, highest, above, below = (_bound(options, name) for name in _BOUNDS)
    floor = max(value for value in (lowest, above, width[0]) if value is not None)
    ceiling = min(value for value in (highest, below, width[1]) if value is not None)
    strict = floor == above or ceiling == below
    if floor > ceiling or (strict and floor == ceiling):
        yield Complaint(
            code="empty-range",
            message=f"no value lies between {number(floor)} and {number(ceiling)} as these bounds ask",
            way_out="swap or widen the bounds",
        )


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.title() for word in tail)


INTEGER: Final = TypeCompiler(schema=_integer, complaints=_integer_complaints)
NUMBER: Final = TypeCompiler(schema=_number, complaints=_number_complaints)
