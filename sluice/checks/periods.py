"""Landing periods: event time cut by the local clock of the contract's zone, with UTC bounds and labels."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sluice.contract import duration
from sluice.profile.model import Period

DAY: Final = timedelta(days=1)
FIRST_MONDAY: Final = date(1970, 1, 5)
"""Periods of several days are counted from here: weeks begin on Mondays."""

EARLIEST: Final = datetime(2, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9998, 1, 1, tzinfo=UTC)
SHOWN_AGAIN: Final = "b"
"""Marks the labels of an hour that the clock shows a second time, in autumn."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Periods of one length in one zone. ``length`` divides a day, or is whole days.

    A period of days runs from local midnight to local midnight: a day has 23, 24 or 25 hours. Shorter ones are cut by
    the local clock within their day. An hour that the clock leaves out does not exist; where the clock is put back, a
    boundary that it shows twice cuts twice: no instant is in two periods, none in no period.
    """

    length: timedelta
    zone: ZoneInfo

    @classmethod
    def of(cls, length: str, zone: str) -> "Grid":
        """The grid of ``landingPeriod`` and ``landingTimezone``; ValueError says in a sentence what does not fit."""
        parsed = duration.parse(length)
        if parsed is None or not parsed:
            raise ValueError(f"'{length}' is no landing period: {duration.why_not(length)}")
        if (DAY % parsed if parsed < DAY else parsed % DAY) != timedelta(0):
            raise ValueError(f"a landing period of {length} neither divides a day nor is whole days")
        if parsed < timedelta(minutes=1):
            raise ValueError(f"a landing period of {length} is shorter than a minute")
        try:
            return cls(parsed, ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError(f"'{zone}' is no time zone of the IANA data base: Europe/Berlin, UTC") from unknown

    def period_of(self, instant: datetime) -> Period:
        """The period that an instant (with a zone) is in; what is outside the years 2 to 9997 counts as their edge."""
        moment = min(max(instant.astimezone(UTC), EARLIEST), LATEST)
        cuts = _cuts_around(self, moment.astimezone(self.zone).date())
        at = bisect_right(cuts, moment)
        return self._named(cuts[at - 1], cuts[at])

    def period(self, label: str) -> Period:
        """The period of a label; ValueError where the grid has none of that name."""
        return _labelled(self, label)

    def in_order(self, labels: Iterable[str]) -> tuple[Period, ...]:
        """The periods of labels as time goes: text would sort the repeated hours of autumn into their first showing."""
        return tuple(sorted(map(self.period, labels), key=lambda each: each.start))

    def before(self, period: Period, number: int = 1) -> Period:
        """The period so many before; 0 is the period itself."""
        found = period
        for _ in range(number):
            found = self.period_of(found.start - timedelta(microseconds=1))
        return found

    def between(self, start: datetime, end: datetime) -> Iterator[Period]:
        """The periods that begin within [start, end), in order."""
        found = self.period_of(start)
        if found.start < start:
            found = self.period_of(found.end)
        while found.start < end:
            yield found
            if found.end > LATEST:
                return
            found = self.period_of(found.end)

    def shifted(self, instant: datetime, by: timedelta) -> datetime:
        """An instant moved along the local clock where ``by`` is whole days, along the elapsed time otherwise."""
        if by % DAY:
            return instant + by
        local = instant.astimezone(self.zone)
        return (local.replace(tzinfo=None) + by).replace(tzinfo=self.zone, fold=local.fold).astimezone(UTC)

    def nearest(self, instant: datetime) -> datetime:
        """The boundary next to an instant: a length counted back over a change of the clock may miss one by an hour."""
        around = self.period_of(instant)
        return around.start if instant - around.start <= around.end - instant else around.end

    def read(self, label: str) -> Period:
        """The period of a label, read anew."""
        bare = label.removesuffix(SHOWN_AGAIN)
        try:
            wall = datetime.strptime(bare, self._form)  # noqa: DTZ007 - the zone comes with the next line
        except ValueError as unread:
            raise ValueError(self._no_label(label)) from unread
        local = wall.replace(tzinfo=self.zone, fold=int(bare != label))
        found = self.period_of(local)
        if found.label != label:
            raise ValueError(self._no_label(label))
        return found

    def _named(self, start: datetime, end: datetime) -> Period:
        local = start.astimezone(self.zone)
        again = SHOWN_AGAIN if local.fold and self.length < DAY and self._cut_twice(local) else ""
        return Period(label=local.strftime(self._form).zfill(len(self._example)) + again, start=start, end=end)

    def _cut_twice(self, local: datetime) -> bool:
        return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()

    @property
    def _form(self) -> str:
        if self.length >= DAY:
            return "%Y-%m-%d"
        return "%Y-%m-%dT%H" if self.length % timedelta(hours=1) == timedelta(0) else "%Y-%m-%dT%H%M"

    @property
    def _example(self) -> str:
        return datetime(2013, 2, 8, 5, 15).strftime(self._form)  # noqa: DTZ001 - only its form is shown

    def _no_label(self, label: str) -> str:
        return f"'{label}' names no period of this contract; they look like {self._example}"


@lru_cache(maxsize=1 << 16)
def _labelled(grid: Grid, label: str) -> Period:
    """Labels are read again and again: by whoever looks at all periods of an object."""
    return grid.read(label)


@lru_cache(maxsize=4096)
def _cuts_around(grid: Grid, today: date) -> tuple[datetime, ...]:
    """Boundaries, rising, from before anything that the clock shows on a local day until after it.

    Two periods of days to each side, since a clock put back over midnight shows a date twice.
    """
    days = max(grid.length // DAY, 1)
    first = FIRST_MONDAY + timedelta(days=(today - FIRST_MONDAY).days // days * days)
    around = (first + timedelta(days=days * step) for step in (-1, 0, 1, 2))
    return tuple(sorted({cut for day in around for cut in _cuts(grid, day)}))


@lru_cache(maxsize=4096)
def _cuts(grid: Grid, day: date) -> tuple[datetime, ...]:
    """The instants at which periods begin on a local day (the first of several)."""
    midnight = datetime.combine(day, time(), grid.zone)
    if grid.length >= DAY:
        return shown(midnight)[:1]
    walls = (midnight + grid.length * step for step in range(DAY // grid.length))
    return tuple(instant for wall in walls for instant in shown(wall))


def shown(wall: datetime) -> tuple[datetime, ...]:
    """When the clock shows a time: once, twice where it is put back; else the moment at which it leaps over it."""
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return (first,) if first == second else (first, second)
    offset_after = first.astimezone(wall.tzinfo).utcoffset()
    low, high = second, first  # the leap is after the one and not after the other
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(wall.tzinfo).utcoffset() == offset_after:
            high = middle
        else:
            low = middle
    return (high,)
