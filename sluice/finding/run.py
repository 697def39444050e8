"""What one run of the scheduled job hands over to those who tell people, and how much of everything it speaks of."""

from dataclasses import dataclass
from enum import StrEnum

from sluice.finding.action import Action
from sluice.finding.model import Finding


class Reach(StrEnum):
    """How much a run speaks of: what is absent from a part of one may be anywhere, and is not gone."""

    PART = "part"
    OBJECTS = "objects"  # all that is judged of each object that it speaks of
    ESTATE = "estate"  # that, of every object of every contract there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Findings, and what was done with periods."""

    findings: tuple[Finding, ...] = ()
    actions: tuple[Action, ...] = ()
    reach: Reach = Reach.PART
