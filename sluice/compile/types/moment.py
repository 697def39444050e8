"""Points in time: date, time and timestamp, as RFC 3339 writes them or as a declared JDK format does."""

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sluice.compile.types.spelling import UnsupportedFormat, spelling
from sluice.compile.value import Build, Complaint, Schema, TypeCompiler
from sluice.contract.model import Field


def _moment(field: Field, build: Build) -> Schema:
    del build
    way = spelling(field)
    schema = Schema(type="string")
    if way.format is not None:
        schema["format"] = way.format
    if way.pattern is not None:
        schema["pattern"] = way.pattern
    return schema


def _complaints(field: Field) -> Iterator[Complaint]:
    try:
        way = spelling(field)
    except UnsupportedFormat as reason:
        yield Complaint(
            code="unsupported-format",
            message=f"the format '{field.options.format}' cannot be judged: {reason}",
            way_out="use fixed-width digits such as yyyy-MM-dd'T'HH:mm:ssXXX, or leave the format out for RFC 3339",
        )
        return
    if field.options.default_timezone is not None and not _is_zone(field.options.default_timezone):
        yield Complaint(
            code="unknown-timezone",
            message=f"'{field.options.default_timezone}' is no time zone",
            way_out="use a name of the IANA database, such as Etc/UTC or Europe/Berlin",
        )
    if field.options.timezone is not None and field.options.format and way.zoned != field.options.timezone:
        says = "has" if way.zoned else "has no"
        yield Complaint(
            code="timezone-contradicts-format",
            message=f"timezone is {str(field.options.timezone).lower()}, and the format {says} zone",
            way_out="make them agree: XXX at the end of the format is the zone",
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


DATE: Final = TypeCompiler(schema=_moment, complaints=_complaints)
TIME: Final = TypeCompiler(schema=_moment, complaints=_complaints)
TIMESTAMP: Final = TypeCompiler(schema=_moment, complaints=_complaints)
