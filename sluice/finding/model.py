"""A finding as a value: which check, on which window and segment, what was expected and what was seen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Segment = tuple[tuple[str, str | None], ...]
"""Field names with their values, in the order that ``segmentBy`` gives them; () is everything; None is null."""


class Outcome(StrEnum):
    """How a check ended. A check that could not judge says so: nothing is silently skipped."""

    HOLDS = "holds"
    BREACHED = "breached"
    SKIPPED = "skipped"  # with its reason: too few rows, no baseline yet, a backfill, documentation only
    FAILED = "failed"  # the check could not run though it should have: our fault or the world's


class OnBreach(StrEnum):
    """What a breach does to the period."""

    HOLD = "hold"
    WARN = "warn"
    NONE = "none"


class Severity(StrEnum):
    """How much it matters, as the contract says."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Window:
    """A span of time, [start, end), both in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One place to look at: coordinates, a fingerprint or a file; never a classified value."""

    kind: str  # record, fingerprint, file, producer
    place: str  # flights.dead-letter[3]@120, a fingerprint's hex, a path below the lake
    detail: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's result on one window and segment.

    ``check`` is the rule's stable id within the contract's object, for service levels ``sla.<property>`` with its
    driver or element where several share it. ``observed`` is in ``unit`` (rows, percent, seconds, or that of the
    field); None where nothing could be measured. ``n`` is how many rows or points it rests on. ``fields`` are those
    that the check looks at, dotted below the object: which consumers are concerned depends on them; () is all.
    ``attributed`` names the clock, producer or part that the breach points at, where that can be told. ``ready_at``
    is when the window could first be judged (UTC; the close of its period): the time to detect counts from there, or
    from the window's end where it is None.

    A check that judges parts tells each bad one by itself, and in one finding without a segment of all that hold:
    ``holding`` names those, however that finding itself ends. It says nothing of any other: a part that had no rows,
    could not be judged, or was one too many to be told.
    """

    contract: str
    version: str
    object: str
    check: str
    kind: str
    window: Window
    outcome: Outcome
    expected: str
    period: str | None = None
    revision: int = 1
    segment: Segment = ()
    holding: tuple[Segment, ...] = ()
    severity: Severity = Severity.ERROR
    on_breach: OnBreach = OnBreach.WARN
    observed: float | None = None
    unit: str = ""
    n: int | None = None
    reason: str = ""
    description: str = ""
    dimension: str = ""
    fields: tuple[str, ...] = ()
    attributed: str = ""
    ready_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def major(self) -> int:
        """The contract's major version: a new one starts new baselines and new incidents."""
        return int(self.version.partition(".")[0])

    @property
    def holds_period(self) -> bool:
        """Whether the period must not be published: it breaks a rule that holds, or nobody can say whether it does."""
        return self.outcome in {Outcome.BREACHED, Outcome.FAILED} and self.on_breach is OnBreach.HOLD
