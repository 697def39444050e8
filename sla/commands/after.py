"""What a run that came to its end leaves for those who look later: when it ended, and the gauges."""

from datetime import UTC, datetime

from sla import gauges, ran
from sla.commands.options import Office
from sla.overview import overview
from sla.ran import Ran
from sla.run import Outcome
from sla.verdicts import with_told


def leave_word(place: Office, outcomes: tuple[Outcome, ...], now: datetime) -> None:
    """Called last, once the findings were handed over: a run that told nobody was no success.

    The metrics file tells of every object of the estate, also of those that this run was not asked to look at.
    """
    for each in outcomes:
        _remember_told(place, each)
        ended = Ran(
            at=datetime.now(UTC),
            as_of=each.as_of,
            version=each.subject.contract.version,
            judged=len(each.judged),
            standing=each.now,
        )
        ran.remember(place.storage, each.subject.folders, ended)
    path = place.settings.sla.metrics_file
    if path is not None:
        gauges.write(path, (overview(each, place.storage, now) for each in place.estate))


def _remember_told(place: Office, outcome: Outcome) -> None:
    """A run that dies before this leaves its periods to the next one: told twice is better than never."""
    periods = place.periods(outcome.subject)
    for each in outcome.periods:
        number = each.revision.number
        periods.change(each.period.label, lambda memory, number=number: with_told(memory, number))  # type: ignore[misc]  # bound at once
