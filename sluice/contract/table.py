"""The name of an object's published table: what every catalogue and every engine takes."""

import re
from typing import Final

_ELSE: Final = re.compile(r"[^a-z0-9_]")


def table_name(contract: str, described: str) -> str:
    """Small letters, digits and underscores; two names that differ in nothing else come to one.

    >>> table_name("air-traffic", "Flight")
    'air_traffic_flight'
    >>> table_name("flights", "flights")
    'flights'
    """
    name = contract if described == contract else f"{contract}_{described}"
    return _ELSE.sub("_", name.lower())
