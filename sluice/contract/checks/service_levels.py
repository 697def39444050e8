"""Service levels say amounts that can be measured: a known level, a unit that means one thing, a value in range."""

import re
from collections.abc import Iterator
from typing import Final

from sluice.contract.checks.subject import Subject, error, warning
from sluice.contract.draft import vendor_value
from sluice.contract.suggest import did_you_mean, nearest
from sluice.contract.tree import MapNode, ScalarNode, scalar
from sluice.problem import Problem

SYNONYMS: Final = {
    "ly": "latency",
    "fy": "frequency",
    "er": "errorrate",
    "av": "availability",
    "th": "throughput",
    "re": "retention",
    "td": "timetodetect",
    "tn": "timetonotify",
    "tr": "timetorepair",
    "ga": "generalavailability",
    "es": "endofsupport",
    "el": "endoflife",
}
TIMES: Final = ("latency", "frequency", "retention", "timetodetect", "timetonotify", "timetorepair")
SHARES: Final = ("errorrate", "availability")
OTHERS: Final = ("timeofavailability", "throughput", "generalavailability", "endofsupport", "endoflife", "freshness")
SPELT: Final = {
    name.casefold(): name
    for name in (
        *("latency", "frequency", "retention", "timeToDetect", "timeToNotify", "timeToRepair", "errorRate"),
        *("availability", "timeOfAvailability", "throughput", "generalAvailability", "endOfSupport", "endOfLife"),
    )
}
HOLDING: Final = frozenset({"latency", "availability"})  # judged on a period, before it is published
UNITS: Final = frozenset(
    (
        *("s", "sec", "second", "seconds", "m", "min", "minute", "minutes", "h", "hr", "hour", "hours"),
        *("d", "day", "days", "w", "week", "weeks", "y", "yr", "year", "years"),
    )
)
PERCENT: Final = frozenset({"percent", "%"})
CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
WHOLE: Final = 100


def check(subject: Subject) -> Iterator[Problem]:
    """Only where something is streamed, since only there levels are measured."""
    if not subject.streams:
        return
    for level in subject.draft.root.maps("slaProperties"):
        name = level.text("property").casefold()
        name = SYNONYMS.get(name, name)
        if name in TIMES:
            yield from _time(level, name)
        elif name in SHARES:
            yield from _share(level)
        elif name == "timeofavailability":
            yield from _clock(level)
        elif name not in OTHERS:
            yield _unknown(level)
        if name not in HOLDING:
            yield from _hold(level)


def _time(level: MapNode, name: str) -> Iterator[Problem]:
    prefix = f"service level '{level.text('property')}'"
    value, unit = scalar(level.get("value")), level.text("unit")
    if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        yield error(
            level.place_of_value("value"), "sla-value", f"{prefix} needs a positive number", "value: 15, unit: min"
        )
    if not unit:
        yield error(level.place, "sla-unit", f"{prefix} has no unit", "say s, min, h, d, w or y")
    elif unit.casefold() not in UNITS:
        yield error(
            level.place_of_value("unit"),
            "sla-unit",
            f"{prefix} has the unit '{unit}'",
            did_you_mean(unit, UNITS, "say s, min, h, d, w or y"),
        )
    elif unit == "M" or (unit == "m" and name == "retention"):
        yield error(
            level.place_of_value("unit"),
            "sla-unit",
            f"{prefix} has the unit '{unit}', which is a minute to some tools and a month to others",
            "say min, or count in days",
        )
    yield from _percentile(level, prefix)


def _percentile(level: MapNode, prefix: str) -> Iterator[Problem]:
    if level.text("property").casefold() not in {"latency", "ly"} or level.get("valueExt") is None:
        return
    value = scalar(level.get("valueExt"))
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= WHOLE:
        yield error(
            level.place_of_value("valueExt"),
            "sla-percentile",
            f"valueExt of {prefix} is the percentile and must lie in (0, 100]",
            "valueExt: 99 is about 99 of 100 records",
        )
    elif value < 1:
        yield warning(
            level.place_of_value("valueExt"),
            "sla-percentile",
            f"valueExt of {prefix} is {value}: less than one record of a hundred",
            f"write {value * 100:g} if you mean {value * 100:g} of 100",
        )


def _share(level: MapNode) -> Iterator[Problem]:
    prefix = f"service level '{level.text('property')}'"
    value, unit = scalar(level.get("value")), level.text("unit")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= WHOLE:
        yield error(
            level.place_of_value("value"), "sla-value", f"{prefix} needs a number from 0 to 100", "unit: percent"
        )
    if unit.casefold() not in PERCENT:
        yield error(
            level.place_of_value("unit") if unit else level.place,
            "sla-unit",
            f"{prefix} has {f'the unit {unit!r}' if unit else 'no unit'}: a share may be of 1 or of 100",
            "say `unit: percent`",
        )


def _clock(level: MapNode) -> Iterator[Problem]:
    value = scalar(level.get("value"))
    if not isinstance(value, str) or not CLOCK.fullmatch(value):
        yield error(
            level.place_of_value("value"),
            "sla-value",
            f"service level '{level.text('property')}' needs a time of day",
            'write it in quotes: value: "06:00"',
        )


def _hold(level: MapNode) -> Iterator[Problem]:
    value = vendor_value(level, "onBreach")
    if isinstance(value, ScalarNode) and value.value == "hold":
        yield warning(
            value.place,
            "sla-holds-nothing",
            f"service level '{level.text('property')}' is not about a period before it is published, and can hold none",
            "say warn; latency and availability can hold",
        )


def _unknown(level: MapNode) -> Problem:
    name = level.text("property")
    near = nearest(name, SPELT.values())
    return warning(
        level.place_of_value("property"),
        "sla-unknown",
        f"no level is known by the name '{name}': it stays documentation",
        f"did you mean '{near}'?"
        if near
        else "measured are latency, frequency, timeOfAvailability, errorRate, retention",
    )
