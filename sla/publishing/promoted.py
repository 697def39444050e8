"""Whether the published table took a period, as a finding: a period that it refuses is told as any other breach."""

from datetime import datetime
from typing import Final

from sla.estate import Subject
from sla.verdicts import Act
from sla.verdicts import Period as Memory
from sluice.finding.model import Finding, OnBreach, Outcome, Window
from sluice.profile.model import Period

CHECK: Final = "promotion"
EXPECTED: Final = "the published table takes the rows"


def finding_of(subject: Subject, period: Period, memory: Memory, ready_at: datetime) -> Finding | None:
    """What the table said to the newest revision; None where it was not asked: held by a rule, or by a person."""
    newest = memory.newest
    deed = next((each for each in reversed(memory.deeds) if newest and each.revision == newest.number), None)
    if deed is None or not (deed.refused or deed.act is Act.PROMOTE):
        return None
    return Finding(
        contract=subject.contract.id,
        version=subject.contract.version,
        object=subject.described.name,
        check=CHECK,
        kind=CHECK,
        window=Window(start=period.start, end=period.end),
        outcome=Outcome.BREACHED if deed.refused else Outcome.HOLDS,
        expected=EXPECTED,
        period=period.label,
        revision=deed.revision,
        on_breach=OnBreach.HOLD,
        reason=deed.why if deed.refused else "",
        dimension="conformity",
        ready_at=ready_at,
    )
