"""The ``__contract`` header: by which contract, where and when a record was judged, and how that ended.

Grammar: ``v=1;c=<id>/<version>;t=<verdict>;p=<raw partition>;o=<raw offset>;j=<judged at, epoch ms>``, ASCII, always
these six parts in this order. Id and version are percent-encoded (RFC 3986), the verdict is valid, control or invalid.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from sluice.verdict.model import ContractVersion

VERDICTS: Final = ("valid", "control", "invalid")
_GRAMMAR: Final = re.compile(
    rb"v=1;c=(?P<id>[\w.~%-]+)/(?P<version>[\w.~%-]+);t=(?P<verdict>valid|control|invalid)"
    rb";p=(?P<partition>[0-9]{1,10});o=(?P<offset>[0-9]{1,19});j=(?P<judged_at_ms>[0-9]{1,19})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A parsed ``__contract`` header."""

    contract: ContractVersion
    verdict: str
    partition: int
    offset: int
    judged_at_ms: int


def contract_name(contract: ContractVersion) -> str:
    """A contract's id and version as the header writes them.

    >>> contract_name(ContractVersion(id="orders eu", version="1.0.0"))
    'orders%20eu/1.0.0'
    """
    return f"{quote(contract.id, safe='')}/{quote(contract.version, safe='')}"


def header_start(name: str, verdict: str) -> str:
    """The part of the header that does not depend on the record; partition, offset and time follow it.

    >>> header_start("flights/1.0.0", "valid")
    'v=1;c=flights/1.0.0;t=valid;p='
    """
    return f"v=1;c={name};t={verdict};p="


def parse_header(value: bytes | None) -> Judged | None:
    """Parse the header, or None where it is missing or not of the grammar (somebody else's, or none)."""
    matched = _GRAMMAR.fullmatch(value) if value is not None else None
    if matched is None:
        return None
    part = {name: text.decode() for name, text in matched.groupdict().items()}
    return Judged(
        contract=ContractVersion(id=unquote(part["id"]), version=unquote(part["version"])),
        verdict=part["verdict"],
        partition=int(part["partition"]),
        offset=int(part["offset"]),
        judged_at_ms=int(part["judged_at_ms"]),
    )
