"""A look at the platform as a finding of the contract ``platform``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sluice.finding.model import Evidence, Finding, Outcome, Segment, Window
from sluice.incident.order import PLATFORM

VERSION: Final = "1.0.0"
LOOK: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was looked at and seen. ``ok`` None is a look that says nothing, with its reason."""

    check: str
    expected: str
    ok: bool | None
    reason: str = ""
    segment: Segment = ()
    evidence: tuple[Evidence, ...] = ()
    observed: float | None = None
    unit: str = ""
    since: datetime | None = None


def finding_of(look: Look, now: datetime) -> Finding:
    """One window a look: it ends now, and begins when what was seen began, where that is known."""
    start = min(look.since or now - LOOK, now - LOOK)
    outcomes = {True: Outcome.HOLDS, False: Outcome.BREACHED, None: Outcome.SKIPPED}
    return Finding(
        contract=PLATFORM,
        version=VERSION,
        object="",
        check=look.check,
        kind=PLATFORM,
        window=Window(start=start, end=now),
        outcome=outcomes[look.ok],
        expected=look.expected,
        reason=look.reason,
        segment=look.segment,
        evidence=look.evidence,
        observed=look.observed,
        unit=look.unit,
        ready_at=look.since or now,
    )
