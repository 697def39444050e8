"""The table of service levels: what judges each property, and whether it is about a period or about now."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from sluice.checks.levels.budget import judge_availability, judge_error_rate
from sluice.checks.levels.frequency import judge_frequency
from sluice.checks.levels.keeping import judge_end, judge_general_availability, judge_retention
from sluice.checks.levels.latency import judge_latency
from sluice.checks.levels.time_of_day import judge_time_of_day
from sluice.checks.told import Seen, of_level, skipped
from sluice.checks.view import View
from sluice.contract.model import ServiceLevel
from sluice.finding.model import Finding, OnBreach

Judge = Callable[[ServiceLevel, View], Seen]


@dataclass(frozen=True, slots=True)
class Level:
    """What judges a property. A ``standing`` one is judged once as of now, the others for each period.

    One ``of_published`` periods is judged after all others, which may hold the period, and holds nothing itself.
    """

    judge: Judge
    standing: bool
    of_published: bool = False


def only_told(reason: str) -> Level:
    """A property that is documentation: said with its reason, never judged."""

    def judge(level: ServiceLevel, _view: View) -> Seen:
        return skipped(f"documentation only: {reason}", f"{level.value} {level.unit}".strip())

    return Level(judge, standing=True)


LEVELS: Final[dict[str, Level]] = {
    "latency": Level(judge_latency, standing=False),
    "timeOfAvailability": Level(judge_time_of_day, standing=False, of_published=True),
    "availability": Level(judge_availability, standing=False),
    "frequency": Level(judge_frequency, standing=True),
    "freshness": Level(judge_frequency, standing=True),  # the name it had before ODCS 3
    "errorRate": Level(judge_error_rate, standing=True),
    "retention": Level(judge_retention, standing=True),
    "generalAvailability": Level(judge_general_availability, standing=True),
    "endOfSupport": Level(judge_end, standing=True),
    "endOfLife": Level(judge_end, standing=True),
    "throughput": only_told("records that came cannot tell how many could have come"),
    "timeToDetect": only_told("measured on the incidents by alerting, see sluice alerts"),
    "timeToNotify": only_told("measured on the incidents by alerting, see sluice alerts"),
    "timeToRepair": only_told("measured on the incidents by alerting, see sluice alerts"),
}
UNKNOWN: Final = only_told("no property of ODCS that can be judged")


def judge_level(level: ServiceLevel, view: View) -> Finding:
    """The finding of one service level."""
    known = LEVELS.get(level.property, UNKNOWN)
    found = of_level(level, view, known.judge(level, view), standing=known.standing)
    held_by_itself = known.of_published and found.on_breach is OnBreach.HOLD  # what is late would be later still
    return replace(found, on_breach=OnBreach.WARN) if held_by_itself else found


def is_standing(level: ServiceLevel) -> bool:
    """Whether it is judged as of now, not for a period."""
    return LEVELS.get(level.property, UNKNOWN).standing


def is_of_published(level: ServiceLevel) -> bool:
    """Whether it is about periods as they are published, and so depends on what all others hold."""
    return LEVELS.get(level.property, UNKNOWN).of_published
