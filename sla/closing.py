"""Which periods of an object are closed, as of an instant, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.estate import Subject
from sla.staging import Staging
from sluice.checks.closing import Closed, Open, Patience, closed
from sluice.contract import duration
from sluice.profile.model import Period

PERIODS_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Every period from the first with rows to the last that has begun, with its state."""

    states: Mapping[Period, Closed | Open]

    @property
    def closed(self) -> tuple[Period, ...]:
        """The closed ones, in order."""
        return tuple(period for period, state in self.states.items() if isinstance(state, Closed))

    @property
    def labels(self) -> frozenset[str]:
        """Their labels."""
        return frozenset(period.label for period in self.closed)


def closing(subject: Subject, staging: Staging, grace: timedelta, as_of: datetime, activation: datetime) -> Closing:
    """Look at all periods. Those without rows count too, or a day that nothing came of would never be missed.

    After the newest rows they count only since the contract's activation: history that is replayed just ends.
    """
    labels = staging.periods
    if not labels:
        return Closing(states={})
    grid = subject.grid
    first, last = grid.period(labels[0]), grid.period(labels[-1])
    patience = Patience(allowed_lateness=duration.parse(subject.stream.allowed_lateness) or timedelta(0), grace=grace)
    marks: dict[str, datetime | None] = {str(number): None for number in range(subject.stream.topics.partitions or 0)}
    marks |= {str(number): at for number, at in staging.watermarks.items()}
    states: dict[Period, Closed | Open] = {}
    for number, period in enumerate(grid.between(first.start, max(as_of, last.end))):
        if number > PERIODS_MAX or (period.start > last.start and period.end <= activation):
            break
        if period.label in staging.erased:
            continue
        if period.start < as_of or period.start <= last.start:
            states[period] = closed(period, marks, patience, as_of)
    return Closing(states=states)
