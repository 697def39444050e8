"""Findings and actions as JSON lines: one run's hand-over, read by whoever tells people."""

from collections.abc import Iterable
from typing import Final, TypeVar

import msgspec

from sluice.finding.action import Action
from sluice.finding.model import Finding

_encode: Final = msgspec.json.Encoder().encode
_finding: Final = msgspec.json.Decoder(Finding)
_action: Final = msgspec.json.Decoder(Action)

Value = TypeVar("Value")


class NotAFinding(ValueError):  # noqa: N818 - it names what the line is, as the other kinds do
    """A line that is no finding (or no action), with its number from 1 and why."""


def encode(findings: Iterable[Finding]) -> bytes:
    """One line a finding, each ended by a newline."""
    return b"".join(_encode(finding) + b"\n" for finding in findings)


def decode(text: bytes) -> tuple[Finding, ...]:
    """Read what ``encode`` wrote; raise NotAFinding for the first line that is none."""
    return _lines(text, _finding, "finding")


def encode_actions(actions: Iterable[Action]) -> bytes:
    """One line an action, each ended by a newline; kept as ``<run id>.actions.jsonl`` beside the findings."""
    return b"".join(_encode(action) + b"\n" for action in actions)


def decode_actions(text: bytes) -> tuple[Action, ...]:
    """Read what ``encode_actions`` wrote; raise NotAFinding for the first line that is none."""
    return _lines(text, _action, "action")


def _lines(text: bytes, decoder: msgspec.json.Decoder[Value], noun: str) -> tuple[Value, ...]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found.append(decoder.decode(line))
        except msgspec.DecodeError as error:  # ValidationError is one of them
            raise NotAFinding(f"line {number} is no {noun}: {error}") from error
    return tuple(found)
