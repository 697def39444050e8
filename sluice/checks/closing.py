"""When a period is complete enough to be judged: every partition has landed past it, or its time is up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.profile.model import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The period may be judged for holds and promoted. ``behind`` are the partitions that its deadline cut off."""

    by_deadline: bool
    behind: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why, in words."""
        if not self.by_deadline:
            return "every partition has landed past its end"
        if not self.behind:
            return "its deadline has passed, and nothing has landed"
        return f"its deadline has passed; behind: {_told(self.behind)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """More may come. ``until`` is the deadline at which it closes whatever comes."""

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long records may be late, and how much longer a partition that stays behind is waited for."""

    allowed_lateness: timedelta
    grace: timedelta


def closed(
    period: Period, watermarks: Mapping[str, datetime | None], patience: Patience, as_of: datetime
) -> Closed | Open:
    """Whether a period is closed as of an instant.

    ``watermarks`` names every partition of the raw topic with the newest appended time that has landed of it, None
    where nothing has. A period closes when all of them, and the clock, are past its end + allowed lateness; at the
    latest (nothing landed at all, a partition that is idle) at that + grace. An appended time ahead of ``as_of``
    closes nothing early: producers may set Kafka's timestamp.
    """
    due = period.end + patience.allowed_lateness
    until = due + patience.grace
    if as_of < due:
        return Open(reason=f"records may come until {_at(due)}", until=until)
    behind = tuple(sorted(name for name, mark in watermarks.items() if mark is None or mark < due))
    if watermarks and not behind:
        return Closed(by_deadline=False)
    if as_of >= until:
        return Closed(by_deadline=True, behind=behind)
    told = f"{_told(behind)} not yet landed past {_at(due)}" if behind else "nothing has landed yet"
    return Open(reason=told, until=until)


_SHOWN = 3


def _told(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _at(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M UTC")
