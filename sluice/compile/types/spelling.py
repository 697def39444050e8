"""How a point in time is spelled: the JSON Schema format or pattern, whether it has a zone, whether its text sorts."""

from dataclasses import dataclass
from typing import Final

from sluice.compile.types.jdk import Layout, UnsupportedFormat, calendar, layout
from sluice.contract.model import Field, LogicalType

__all__ = ["Spelling", "UnsupportedFormat", "spelling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """``format`` is a draft-07 format, ``pattern`` a regular expression; both hold.

    ``sorts`` tells that the order of the texts is the order in time; ``fraction`` that a fraction of a second may
    follow, so that one moment has several texts. ``layout`` is the declared JDK format, taken apart.
    """

    format: str | None = None
    pattern: str | None = None
    zoned: bool = False
    sorts: bool = False
    fraction: bool = False
    layout: Layout | None = None


_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_FRACTION: Final = "(?:\\.[0-9]{1,9})?"
_LOCAL_TIME: Final = f"^{_CLOCK}{_FRACTION}$"
_LOCAL_TIMESTAMP: Final = f"^{calendar()}T{_CLOCK}{_FRACTION}$"
_RFC_3339_DATE: Final = frozenset({"yyyy-MM-dd", "uuuu-MM-dd"})


def spelling(field: Field) -> Spelling:
    """The spelling that the field's type, ``format`` and ``timezone`` ask for.

    Without a format: RFC 3339, with its zone unless ``timezone: false``. Raises UnsupportedFormat with the reason.
    """
    if field.options.format:
        return _declared(field.options.format)
    match field.logical_type, field.options.timezone:
        case LogicalType.DATE, _:
            return Spelling(format="date", sorts=True)
        case LogicalType.TIME, False:
            return Spelling(pattern=_LOCAL_TIME, sorts=True, fraction=True)
        case LogicalType.TIME, _:
            return Spelling(format="time", zoned=True)
        case _, False:
            return Spelling(pattern=_LOCAL_TIMESTAMP, sorts=True, fraction=True)
        case _:
            return Spelling(format="date-time", zoned=True)


def _declared(text: str) -> Spelling:
    if text in _RFC_3339_DATE:
        return Spelling(format="date", sorts=True)
    found = layout(text)
    return Spelling(
        format="date-time" if found.is_rfc_3339 else None,
        pattern=found.pattern,
        zoned=found.zoned,
        sorts=found.sorts,
        layout=found,
    )
