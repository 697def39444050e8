"""Lengths of time as contracts write them: ISO 8601 durations of fixed length."""

import re
from datetime import timedelta
from typing import Final

_FORM: Final = re.compile(
    r"P(?!$)(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?"
)
_CALENDAR: Final = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T.*)?")


def parse(text: str) -> timedelta | None:
    """The duration that ``PnWnDTnHnMnS`` names, or None for anything else (years and months have no fixed length)."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    return timedelta(**{unit: int(number) for unit, number in match.groupdict().items() if number})


def why_not(text: str) -> str:
    """Why ``parse`` gave None, with the way to write it."""
    if _CALENDAR.fullmatch(text):
        return "a year or a month has no fixed length; count in days: P30D, P365D"
    return "write an ISO 8601 duration: P1D is a day, PT15M are 15 minutes"


def milliseconds(text: str) -> int | None:
    """The duration in milliseconds, or None where the text is no duration."""
    duration = parse(text)
    return None if duration is None else round(duration.total_seconds() * 1000)
