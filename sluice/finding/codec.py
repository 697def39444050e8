"""Findings as JSON lines: one run's hand-over, read by whoever tells people."""

from collections.abc import Iterable
from typing import Final

import msgspec

from sluice.finding.model import Finding

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Finding).decode


class NotAFindingError(ValueError):
    """A line that is no finding, with its number from 1 and why."""


def encode(findings: Iterable[Finding]) -> bytes:
    """One line a finding, each ended by a newline."""
    return b"".join(_encode(finding) + b"\n" for finding in findings)


def decode(text: bytes) -> tuple[Finding, ...]:
    """Read what ``encode`` wrote; raise NotAFindingError for the first line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found.append(_decode(line))
        except msgspec.DecodeError as error:  # ValidationError is one of them
            raise NotAFindingError(f"line {number} is no finding: {error}") from error
    return tuple(found)
