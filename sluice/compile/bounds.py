"""Bounds in time as rules in CEL, since draft-07 has no word for them.

A zoned timestamp is compared in time; text that sorts as time does (dates, fixed-width formats without a zone) is
compared as text; any other spelling is a complaint.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from sluice.compile.celtext import access, literal, sayable
from sluice.compile.types.spelling import Spelling, spelling
from sluice.compile.value import Complaint
from sluice.compile.walk import Visit
from sluice.contract.model import Field, LogicalType, RecordRule
from sluice.contract.stream import Enforce

_MOMENTS: Final = frozenset({LogicalType.DATE, LogicalType.TIME, LogicalType.TIMESTAMP})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """One of the four bounds: its keyword, its attribute in the options, its operator and how it is said."""

    keyword: str
    option: str
    operator: str
    words: str


_BOUNDS: Final = (
    _Bound(keyword="minimum", option="minimum", operator=">=", words="not before"),
    _Bound(keyword="maximum", option="maximum", operator="<=", words="not after"),
    _Bound(keyword="exclusiveMinimum", option="exclusive_minimum", operator=">", words="after"),
    _Bound(keyword="exclusiveMaximum", option="exclusive_maximum", operator="<", words="before"),
)


def bound_rules(seen: Iterable[Visit]) -> Iterator[RecordRule]:
    """One rule for each bound of a date, time or timestamp, with the id ``<field>.<bound>``."""
    for visit in seen:
        for bound, text in _given(visit.field):
            yield RecordRule(
                id=f"{visit.label}.{bound.keyword}",
                cel=access(visit, _comparison(visit.field, bound, text)),
                place=visit.field.place,
                description=f"{visit.label} is {bound.words} {text}.",
                enforce=Enforce.OBSERVE if visit.observed else Enforce.ON,
            )


def bound_complaints(visit: Visit) -> Iterator[Complaint]:
    """Why the bounds of this field cannot be judged; its format must be free of complaints."""
    given = tuple(_given(visit.field))
    if not given:
        return
    way = spelling(visit.field)
    if not (way.sorts or way.format == "date-time"):
        yield Complaint(
            code="bound-without-order",
            message="its bounds cannot be judged: texts of this spelling do not sort as the moments that they name",
            way_out=_order_hint(visit.field),
        )
        return
    unsayable = next((name for name in visit.names if name != "*" and not sayable(name)), None)
    if unsayable is not None:
        yield Complaint(
            code="bound-on-unsayable-name",
            message=f"its bounds become a rule in CEL, which has no word for the name {unsayable!r}",
            way_out="rename it without a backtick and without a line's end, or drop the bounds",
        )
        return
    if ("*", "*") in pairwise(visit.names):
        yield Complaint(
            code="bound-on-unsayable-name",
            message="its bounds become a rule in CEL, which reaches no collection that lies directly in another",
            way_out="wrap the inner collection in an object, or drop the bounds",
        )
        return
    wrong = [(bound, text) for bound, text in given if _moment(visit.field, way, text) is None]
    for bound, text in wrong:
        yield Complaint(
            code="bound-not-a-moment",
            message=f"the {bound.keyword} {text!r} is not written as the field's own values are",
            way_out=_shape_hint(visit.field, way),
        )
    if not wrong:
        yield from _empty(visit.field, way, {bound.keyword: text for bound, text in given})


def _given(field: Field) -> Iterator[tuple[_Bound, str]]:
    if field.logical_type in _MOMENTS:
        for bound in _BOUNDS:
            value = getattr(field.options, bound.option)
            if value is not None:
                yield bound, str(value)


def _comparison(field: Field, bound: _Bound, text: str) -> Callable[[str], str]:
    way = spelling(field)
    moment = _moment(field, way, text)
    if moment is None:
        raise ValueError(f"the bound {text!r} of '{field.name}' is no moment")
    if way.format == "date-time":
        return lambda value: f'{value} {bound.operator} timestamp("{moment}")'
    if not way.fraction:
        return lambda value: f"{value} {bound.operator} {literal(moment)}"
    same = literal(f"^{re.escape(moment)}{'0*' if '.' in moment else '(?:[.]0+)?'}$")
    match bound.keyword:
        case "maximum":
            return lambda value: f"{value} <= {literal(moment)} || {value}.matches({same})"
        case "exclusiveMinimum":
            return lambda value: f"{value} > {literal(moment)} && !{value}.matches({same})"
        case _:
            return lambda value: f"{value} {bound.operator} {literal(moment)}"


def _moment(field: Field, way: Spelling, text: str) -> str | None:
    """The bound as it is compared with values: in UTC, or spelled as they are; None where it is no such moment."""
    if way.format == "date-time":
        return _instant(text, field.options.default_timezone or "UTC")
    if way.format == "date":
        return text if _is_date(text) else None
    if way.pattern is None or re.match(way.pattern, text) is None:
        return None
    return text.rstrip("0").rstrip(".") if way.fraction and "." in text else text


def _instant(text: str, zone: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    placed = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return placed.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _empty(field: Field, way: Spelling, texts: dict[str, str]) -> Iterator[Complaint]:
    moments = {keyword: _moment(field, way, text) or "" for keyword, text in texts.items()}
    lows = [moments[word] for word in ("minimum", "exclusiveMinimum") if word in moments]
    highs = [moments[word] for word in ("maximum", "exclusiveMaximum") if word in moments]
    if not lows or not highs:
        return
    low, high = max(lows), min(highs)
    strict = low == moments.get("exclusiveMinimum") or high == moments.get("exclusiveMaximum")
    if low > high or (strict and low == high):
        yield Complaint(
            code="empty-range",
            message=f"no moment lies between {low} and {high} as these bounds ask",
            way_out="swap or widen the bounds",
        )


def _order_hint(field: Field) -> str:
    if field.logical_type is LogicalType.TIME and not field.options.format:
        return "a time with a zone has no order; set timezone: false, or drop the bounds"
    return "use a format with the largest unit first and no zone, or RFC 3339, or drop the bounds"


def _shape_hint(field: Field, way: Spelling) -> str:
    if field.options.format and way.format is None:
        return f"write it as {field.options.format}, in quotes"
    shapes = {"date-time": "2026-01-31T00:00:00Z", "date": "2026-01-31"}
    local = "12:30:00" if field.logical_type is LogicalType.TIME else "2026-01-31T12:30:00"
    return f"write it like '{shapes.get(way.format or '', local)}', in quotes"
