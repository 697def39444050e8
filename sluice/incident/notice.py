"""What is told: a notice about one contract's conversation, as values that every channel renders in its own way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sluice.finding.model import OnBreach, Severity
from sluice.incident.decide import Step
from sluice.incident.told import State


class Audience(StrEnum):
    """Who reads it: owners repair, consumers only have to know."""

    OWNERS = "owners"
    CONSUMERS = "consumers"


class Recurrence(StrEnum):
    """Whether it is new."""

    FIRST = "first"
    REPEATED = "repeated"
    FLAPPING = "flapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One incident, in words for people; every text is one bounded line without a classified value.

    ``windows`` is how many windows were bad since ``since``; ``periods`` are those that it holds; ``command`` is what
    repairs it, or shows the way.
    """

    id: str
    digest: str
    step: Step
    state: State
    severity: Severity
    on_breach: OnBreach
    object: str
    check: str
    kind: str
    segment: str
    description: str
    expected: str
    observed: str
    n: int | None
    window_start: datetime
    window_end: datetime
    period: str | None
    since: datetime | None
    opened_at: datetime | None
    resolved_at: datetime | None
    windows: int
    recurrence: Recurrence
    periods: tuple[str, ...] = ()
    periods_more: int = 0
    attributed: str = ""
    reason: str = ""
    acknowledged_by: str = ""
    ended_why: str = ""
    evidence: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    command: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state is not State.RESOLVED


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message of one conversation: what is new first, root causes on top; ``more`` counts the lines that were cut.

    ``key`` is the same whenever the same thing is told again: receivers may drop what they have seen. ``over``: all
    that this audience was told of is resolved. ``quiet``: what stands already is brought up to date, nobody is called.
    ``severity`` and ``acknowledged`` (somebody has all that is open) are those of the whole conversation, shown or
    not. ``next_run_seconds`` is when the state will be told again, by whoever runs us.
    """

    key: str
    thread: str
    contract: str
    version: str
    audience: Audience
    at: datetime
    headline: str
    lines: tuple[Line, ...]
    more: int = 0
    over: bool = False
    quiet: bool = False
    test: bool = False
    severity: Severity = Severity.ERROR
    acknowledged: bool = False
    owner: str = ""
    runbook: str = ""
    budget: str = ""
    done: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    next_run_seconds: float = 3600

    @property
    def open_lines(self) -> tuple[Line, ...]:
        """The lines that are not over."""
        return tuple(line for line in self.lines if line.is_open)
