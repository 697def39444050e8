"""How long a contract keeps its records: its retention level, the longest where it has several."""

from datetime import timedelta

from sla.estate import Subject
from sluice.checks.levels.amount import length
from sluice.terminal import Fault


def kept_for(subject: Subject) -> timedelta | None:
    """None where the contract promises none for this object; Fault where it is no length of time."""
    name = subject.described.name
    spans: list[timedelta] = []
    for level in subject.contract.service_levels:
        about = not level.elements or any(each.partition(".")[0] == name for each in level.elements)
        if level.property == "retention" and about:
            span = length(level)
            if isinstance(span, str):
                raise Fault(f"the retention of {subject.name} cannot be read: {span}")
            spans.append(span)
    return max(spans, default=None)
