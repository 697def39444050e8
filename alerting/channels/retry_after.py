"""Retry-After (RFC 9110, 10.2.3) as seconds from now: a number of them, or a date."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS: Final = re.compile(r"[0-9]{1,9}")


def asked_seconds(text: str, now: float) -> float | None:
    """Never negative, and None for what makes no sense; ``now`` in seconds since 1970. ``Retry.wait`` bounds it.

    >>> asked_seconds("17", 0), asked_seconds("Thu, 01 Jan 1970 00:01:00 GMT", 20), asked_seconds("\u00b2", 0)
    (17.0, 40.0, None)
    """
    if _SECONDS.fullmatch(text.strip()):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.fromtimestamp(now, UTC)).total_seconds())
    except (
        TypeError,
        ValueError,
        IndexError,
        OverflowError,
    ):  # what the standard library raises for dates that are none
        return None
