"""The profiles of one window: which periods it has, which of them are missing, and the rows of a segment in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sluice.checks.view import View
from sluice.contract import duration
from sluice.finding.model import Segment, Window
from sluice.profile.model import ALL, EMPTY, ColumnProfile, Period, PeriodProfile, Profile, SliceKey

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one slice in the periods of a window."""

    parts: tuple[PeriodProfile, ...]
    key: SliceKey = ALL

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """One profile a period; empty where the slice has no rows in it."""
        return tuple(part.slices.get(self.key, EMPTY) for part in self.parts)

    @property
    def count(self) -> int:
        """How many rows."""
        return sum(profile.rows for profile in self.profiles)

    def columns(self, name: str) -> tuple[ColumnProfile, ...]:
        """One field's profiles, from the periods that hold it."""
        return tuple(profile.columns[name] for profile in self.profiles if name in profile.columns)

    def failed(self, rule_id: str) -> str:
        """Why the rows of some period gave a rule no answer; "" where all did, or were not asked."""
        return next((part.failed[rule_id] for part in self.parts if rule_id in part.failed), "")

    def within(self, key: SliceKey) -> "Rows":
        """Those of another slice."""
        return Rows(parts=self.parts, key=key)

    def producers(self) -> tuple["Rows", ...]:
        """The rows parted by producer, where the profiles part them."""
        keys = {key for part in self.parts for key in part.slices if key.producer is not None and not key.segment}
        return tuple(self.within(key) for key in sorted(keys, key=lambda key: key.producer or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A window's profiles. ``missing`` are the labels of periods that nothing is known of (yet)."""

    window: Window
    parts: tuple[PeriodProfile, ...]
    missing: tuple[str, ...] = ()

    @property
    def rows(self) -> Rows:
        """All rows."""
        return Rows(parts=self.parts)

    @property
    def periods(self) -> int:
        """How many periods the window has."""
        return len(self.parts) + len(self.missing)

    @property
    def note(self) -> str:
        """What is missing, in words; "" where nothing is."""
        if not self.missing:
            return ""
        more = f" and {len(self.missing) - _SHOWN} more" if len(self.missing) > _SHOWN else ""
        return f"{len(self.missing)} of {self.periods} periods are missing: {', '.join(self.missing[:_SHOWN])}{more}"


def gather(view: View, length: str, back: timedelta = timedelta(0)) -> Gathered:
    """The window of a length (ISO 8601) that ends with the period under test, moved ``back`` along the local clock.

    Periods of another major version count as missing: they were promised something else.
    """
    return gather_before(view, length, view.grid.shifted(view.period.end, -back))


def gather_before(view: View, length: str, end: datetime) -> Gathered:
    """The window of a length that ends at an instant."""
    span = duration.parse(length) or view.grid.length
    end = view.grid.nearest(end)
    start = view.grid.nearest(view.grid.shifted(end, -span))
    found: list[PeriodProfile] = []
    missing: list[str] = []
    for period in view.grid.between(start, end):
        profile = view.profiles.get(period.label)
        if profile is not None and _is_own(view, profile):
            found.append(profile)
        elif profile is None and period.label in view.closed:
            found.append(_without_rows(view, period))
        else:
            missing.append(period.label)
    return Gathered(window=Window(start=start, end=end), parts=tuple(found), missing=tuple(missing))


def earlier(view: View, period: Period, number: int) -> tuple[PeriodProfile, ...]:
    """The profiles, nearest first, that the ``number`` periods before one have, those of this major version.

    A closed period without rows has an empty one, from the first rows of the major version on: what was before them
    says nothing of what is usual.
    """
    found: list[PeriodProfile] = []
    for _ in range(number):
        period = view.grid.before(period)
        profile = view.profiles.get(period.label)
        if profile is None and period.label in view.closed:
            found.append(_without_rows(view, period))
        elif profile is not None and _is_own(view, profile):
            found.append(profile)
    if found and not found[-1].slices and not _had_begun(view, period, number):
        lived = [at for at, profile in enumerate(found, start=1) if profile.slices]
        del found[max(lived, default=0) :]
    return tuple(found)


def _had_begun(view: View, period: Period, number: int) -> bool:
    """Whether the nearest rows, so many periods back at most, are of this major version."""
    for _ in range(number):
        period = view.grid.before(period)
        profile = view.profiles.get(period.label)
        if profile is not None:
            return _is_own(view, profile)
    return False


def _is_own(view: View, profile: PeriodProfile) -> bool:
    return profile.version.partition(".")[0] == view.major


def _without_rows(view: View, period: Period) -> PeriodProfile:
    return PeriodProfile(
        contract=view.contract.id, version=view.contract.version, object=view.object.name, period=period
    )


def segments(parts: tuple[PeriodProfile, ...], by: tuple[str, ...]) -> tuple[Segment, ...]:
    """The segments that occur in the profiles, in a stable order."""
    found = {
        key.segment
        for part in parts
        for key in part.slices
        if key.producer is None and key.segment and tuple(name for name, _ in key.segment) == by
    }
    return tuple(sorted(found, key=lambda segment: tuple((value is not None, value or "") for _, value in segment)))
