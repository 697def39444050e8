"""Dates, times and timestamps as contracts write them: comparable values, or None for what is none."""

import re
from datetime import UTC, date, datetime, time
from typing import Final

from sluice.contract.model import LogicalType

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME: Final = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?")
_TIMESTAMP: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})?")

Moment = date | time | datetime


def moment(text: str, kind: LogicalType) -> Moment | None:
    """The moment that a text of a kind names; a timestamp without a zone counts as UTC."""
    try:
        match kind:
            case LogicalType.DATE if _DATE.fullmatch(text):
                return date.fromisoformat(text)
            case LogicalType.TIME if _TIME.fullmatch(text):
                return time.fromisoformat(text)
            case LogicalType.TIMESTAMP:
                return _timestamp(text)
            case _:
                return None
    except ValueError:
        return None


def _timestamp(text: str) -> datetime | None:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    parsed = datetime.fromisoformat(f"{day}T{clock}{(fraction or '')[:7]}{(zone or 'Z').upper()}")
    return parsed.astimezone(UTC)
