"""What came of sending: sent, to be tried again, or refused; and what each channel knows about trying again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from sluice.incident.notice import Notice

Reference = Mapping[str, str]
"""What a channel needs to find its conversation again: an address of a message, never a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The receiver has it. ``reference`` is kept for the next notice of the conversation; ``nothing`` was due."""

    reference: Reference = field(default_factory=dict)
    nothing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """It may work another time; ``seconds`` is how long the receiver asked to wait."""

    why: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """It will not work, however often it is tried."""

    why: str


Outcome = Sent | Later | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """What is worth another try: ``again`` are HTTP statuses; times in seconds, doubled from ``first`` on."""

    again: frozenset[int] = frozenset({408, 425, 429, 500, 502, 503, 504})
    attempts: int = 48
    first: float = 5
    longest: float = 900

    def wait(self, attempt: int, asked: float | None) -> float:
        """Seconds before the next try, after ``attempt`` (from 1) has failed; at least what was asked for, to a bound.

        >>> Retry().wait(3, None), Retry().wait(1, 60), Retry().wait(20, 10_000)
        (20.0, 60, 3600)
        """
        own = min(self.longest, self.first * float(2 ** min(attempt - 1, 20)))
        return max(own, min(asked or 0, ASKED_MAX))


ASKED_MAX: Final = 3600


class Channel(Protocol):
    """One way to reach people. ``reference`` is None where nobody was told of this conversation yet."""

    @property
    def retry(self) -> Retry:
        """What is known about trying again."""

    def send(self, notice: Notice, target: str, reference: Reference | None) -> Outcome:
        """Send once; bad answers are values, only defects raise."""

    def close(self) -> None:
        """Close the connections."""
