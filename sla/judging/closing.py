"""Which periods of an object are closed, as of an instant, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice, pairwise
from typing import Final

from sla.estate import Subject
from sla.staging.staged import Staging
from sluice.checks.closing import Closed, Open, Patience, closed
from sluice.checks.periods import EARLIEST, Grid
from sluice.contract import duration
from sluice.profile.model import Period

GAP_MAX: Final = 1_000
"""More periods without rows than that, in a row, are no gap in replayed history, and tell no more than so many do."""


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Every period that has rows, and those without that count, in order, with its state.

    Asked once for each of thousands of periods, so what it answers is kept (and it has no slots).
    """

    states: Mapping[Period, Closed | Open]

    @cached_property
    def closed(self) -> tuple[Period, ...]:
        """The closed ones, in order."""
        return tuple(period for period, state in self.states.items() if isinstance(state, Closed))

    @cached_property
    def labels(self) -> frozenset[str]:
        """Their labels."""
        return frozenset(period.label for period in self.closed)


def closing(subject: Subject, staging: Staging, grace: timedelta, as_of: datetime, activation: datetime) -> Closing:
    """Look at all periods. Those without rows count too, or a day that nothing came of would never be missed.

    Before the oldest rows (also where there are none) and after the newest they count only since the contract's
    activation: history that is replayed just begins and ends. So they do in a gap that is too long for one: then a
    record is dated far off, and nothing was missed in between. Of a longer silence the newest GAP_MAX count.
    """
    grid = subject.grid
    patience = Patience(allowed_lateness=duration.parse(subject.stream.allowed_lateness) or timedelta(0), grace=grace)
    marks: dict[str, datetime | None] = {str(number): None for number in range(subject.stream.topics.partitions or 0)}
    marks |= {str(number): at for number, at in staging.watermarks.items()}
    filled = grid.in_order(staging.periods)
    states: dict[Period, Closed | Open] = {}
    for period, following in pairwise((None, *filled, None)):
        if period is not None:
            states[period] = closed(period, marks, patience, as_of)
        for empty in _empty(grid, period, following, as_of, activation):
            if empty.label not in staging.erased:
                states[empty] = closed(empty, marks, patience, as_of)
    return Closing(states=states)


def _empty(
    grid: Grid, after: Period | None, following: Period | None, as_of: datetime, activation: datetime
) -> tuple[Period, ...]:
    """The periods without rows after one that has some, and before the next that has.

    The period of the activation itself is one that was missed only where records had come before it.
    """
    until = min(following.start, as_of) if following else as_of
    if after is not None and following is not None:
        gap = tuple(islice(grid.between(after.end, following.start), GAP_MAX + 1))
        if len(gap) <= GAP_MAX:
            return tuple(each for each in gap if each.start < until)
    since = activation if after is None else max(after.end, grid.period_of(activation).start)
    steps = min(GAP_MAX, (until - EARLIEST) // grid.length)
    return tuple(grid.between(max(since, until - steps * grid.length), until))
