"""The names of an object's published table and of its own columns: what every catalogue and every engine takes."""

import re
from typing import Final

_ELSE: Final = re.compile(r"[^a-z0-9_]")

OWN_COLUMNS: Final = (
    *("_raw_partition", "_raw_offset", "_appended_at", "_judged_at", "_landed_at", "_version", "_producer", "_period"),
    *("_extra", "_op"),
)
"""What staging writes beside a contract's fields: whence a row came; undeclared fields; the operation of a change."""


def table_name(contract: str, described: str) -> str:
    """Small letters, digits and underscores; two names that differ in nothing else come to one.

    >>> table_name("air-traffic", "Flight")
    'air_traffic_flight'
    >>> table_name("flights", "flights")
    'flights'
    """
    name = contract if described == contract else f"{contract}_{described}"
    return _ELSE.sub("_", name.lower())
