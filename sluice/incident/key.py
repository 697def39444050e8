"""What makes two findings one incident: contract, major version, check and segment, and no period."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from sluice.finding.model import Finding, OnBreach, Outcome, Segment

SHORT: Final = 10


class Aspect(StrEnum):
    """Two things go wrong with a check: it does not hold, or it cannot be judged."""

    BREACH = "breach"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``check`` is an id within its object, so the object is part of the key.

    ``segment`` is as it may be shown; ``mark`` tells segments apart whose values may not be.
    """

    contract: str
    major: int
    object: str
    check: str
    segment: Segment = ()
    mark: str = ""
    aspect: Aspect = Aspect.BREACH

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal: the same for the same incident in every run, on every machine."""
        parts = (self.contract, self.major, self.object, self.check, self.segment, self.mark, self.aspect.value)
        return sha256(msgspec.json.encode(parts)).hexdigest()

    @property
    def id(self) -> str:
        """The first characters of the digest, for people: ``sluice alerts ack ID``."""
        return self.digest[:SHORT]


def key_of(finding: Finding, aspect: Aspect = Aspect.BREACH, mark: str = "") -> Key:
    """The incident that a screened finding speaks of; ``mark`` is that of ``screen.placed``."""
    return Key(
        contract=finding.contract,
        major=finding.major,
        object=finding.object,
        check=finding.check,
        segment=finding.segment,
        mark=mark,
        aspect=aspect,
    )


def aspects_of(finding: Finding) -> tuple[Aspect, ...]:
    """What a finding has something to say about: one that was judged tells of both, one that was not of the second.

    One that is only observed tells of both, however it ended: that nobody is to be told of them.
    """
    judged = finding.outcome in (Outcome.HOLDS, Outcome.BREACHED)
    return (Aspect.BREACH, Aspect.FAILURE) if judged or finding.on_breach is OnBreach.NONE else (Aspect.FAILURE,)
