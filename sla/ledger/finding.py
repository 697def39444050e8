"""What the ledger says of an object, as a finding: people are told of a lost record as of any other breach."""

from datetime import datetime
from itertools import islice
from typing import Final

from sla.estate import Subject
from sla.ledger.ledger import Ledger
from sluice.finding.model import Evidence, Finding, OnBreach, Outcome, Window

EXPECTED: Final = "each record landed, judged and staged exactly once"
SHOWN: Final = 5


def finding_of(subject: Subject, ledger: Ledger, as_of: datetime) -> Finding:
    """One finding as of now; what it holds is decided period by period."""
    places = (place for fault in ledger.faults for place in fault.places(SHOWN))
    return Finding(
        contract=subject.contract.id,
        version=subject.contract.version,
        object=subject.described.name,
        check="ledger",
        kind="reconciliation",
        window=Window(start=subject.grid.period_of(as_of).start, end=as_of),
        outcome=Outcome.HOLDS if ledger.holds else Outcome.BREACHED,
        expected=EXPECTED,
        on_breach=OnBreach.HOLD,
        observed=float(sum(fault.count for fault in ledger.faults)),
        unit="records",
        reason="; ".join(str(fault) for fault in ledger.faults[:SHOWN]),
        dimension="completeness",
        evidence=tuple(Evidence(kind="record", place=place) for place in islice(places, SHOWN)),
    )
