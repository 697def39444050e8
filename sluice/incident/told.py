"""What is known of one incident so far: its state, the last windows seen, and what was told last."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sluice.finding.model import Finding
from sluice.incident.key import Key

RECENT_MAX: Final = 120
PERIODS_MAX: Final = 400
OPENINGS_MAX: Final = 10


class State(StrEnum):
    """The life of an incident; RESOLVED is also that of one that never opened."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One window as it was judged last."""

    start: datetime
    end: datetime
    bad: bool
    revision: int = 1
    period: str | None = None
    observed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All instants are UTC. ``recent`` rises by the windows' end; ``held`` are the periods that this breach holds.

    ``since`` is the start of the first bad window of this opening; ``breaches`` counts its bad windows; ``told_at``
    is when somebody was interrupted last, ``shown_at`` when any notice was made; ``last`` is the newest bad finding.
    ``ended_why`` says why it ended where no good window ended it: who resolved it, or what is gone.
    """

    key: Key
    state: State = State.RESOLVED
    recent: tuple[Sighting, ...] = ()
    held: tuple[str, ...] = ()
    since: datetime | None = None
    ready_at: datetime | None = None
    opened_at: datetime | None = None
    told_at: datetime | None = None
    shown_at: datetime | None = None
    openings: tuple[datetime, ...] = ()
    breaches: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    resolved_at: datetime | None = None
    ended_why: str = ""
    last: Finding | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state is not State.RESOLVED

    def sighting(self, finding: Finding) -> Sighting | None:
        """What was seen of that window before."""
        span = (finding.window.start, finding.window.end)
        return next((seen for seen in self.recent if (seen.start, seen.end) == span), None)

    def seen(self, sighting: Sighting) -> "Told":
        """With that window as it is judged now, in its place; only the newest windows are kept."""
        others = (one for one in self.recent if (one.start, one.end) != (sighting.start, sighting.end))
        recent = sorted((*others, sighting), key=lambda one: (one.end, one.start))
        return replace(self, recent=tuple(recent[-RECENT_MAX:]))

    def forgot(self, end: datetime) -> bool:
        """Whether a window that ended then is older than all that are kept."""
        return len(self.recent) == RECENT_MAX and end < self.recent[0].end

    def flapping(self, now: datetime, times: int, span: timedelta) -> bool:
        """Whether it opened that many times within the span before now."""
        return sum(1 for opened in self.openings if now - opened <= span) >= times
