"""Landing periods: no instant in two of them, none in no one, whatever the clocks of a zone do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.checks.assign import EPOCH, assign
from sluice.checks.periods import Grid

ZONES = (
    "UTC",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "America/Sao_Paulo",  # has left out midnights
    "America/St_Johns",  # has put its clock back from 00:01 to 23:01
    "America/Havana",  # puts its clock back from 01:00 to 00:00
    "Pacific/Apia",  # has left out a whole day
)
LENGTHS = ("PT15M", "PT45M", "PT1H", "PT6H", "P1D", "P7D", "P10D")
GRIDS = st.builds(Grid.of, st.sampled_from(LENGTHS), st.sampled_from(ZONES))
INSTANTS = st.datetimes(datetime(1965, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis asks for naive bounds
EDGES = st.sampled_from(
    [
        datetime(2013, 3, 10, 7, tzinfo=UTC),
        datetime(2013, 11, 3, 6, tzinfo=UTC),
        datetime(2013, 4, 6, 15, tzinfo=UTC),
        datetime(2013, 10, 5, 15, 30, tzinfo=UTC),
        datetime(2011, 12, 30, 10, tzinfo=UTC),
        datetime(2012, 10, 21, 3, tzinfo=UTC),
        datetime(2013, 2, 17, 2, tzinfo=UTC),
        datetime(2008, 11, 2, 2, 31, tzinfo=UTC),
        datetime(2013, 11, 3, 5, tzinfo=UTC),
    ]
)
NEAR = st.builds(lambda edge, minutes: edge + timedelta(minutes=minutes), EDGES, st.integers(-3000, 3000))


@given(GRIDS, INSTANTS | NEAR)
def test_an_instant_is_within_its_period_and_the_next_one_begins_where_it_ends(grid: Grid, instant: datetime) -> None:
    period = grid.period_of(instant)
    assert period.start <= instant < period.end
    after = grid.period_of(period.end)
    assert after.start == period.end
    assert grid.before(after) == period
    assert grid.period_of(period.end - timedelta(microseconds=1)) == period


@given(GRIDS, INSTANTS | NEAR)
def test_a_label_names_one_period(grid: Grid, instant: datetime) -> None:
    period = grid.period_of(instant)
    assert grid.period(period.label) == period


@given(st.sampled_from(ZONES), INSTANTS | NEAR)
def test_a_label_of_days_is_the_first_local_date_but_for_a_clock_put_back_over_midnight(
    zone: str, instant: datetime
) -> None:
    label = Grid.of("P1D", zone).period_of(instant).label
    local = instant.astimezone(ZoneInfo(zone)).date()
    earlier = timedelta(days=1) if zone == "America/St_Johns" else timedelta(0)
    assert local in {date.fromisoformat(label), date.fromisoformat(label) - earlier}


@given(GRIDS, st.lists(INSTANTS | NEAR, max_size=30))
def test_a_batch_is_cut_as_its_rows_one_by_one(grid: Grid, instants: list[datetime]) -> None:
    micros = np.array([(each - EPOCH) // timedelta(microseconds=1) for each in instants], dtype=np.int64)
    found = assign(grid, micros)
    assert [found.periods[at] for at in found.index] == [grid.period_of(each) for each in instants]
    assert all(one.start < two.start for one, two in pairwise(found.periods))


def test_instants_beyond_every_calendar_count_as_its_edge() -> None:
    grid = Grid.of("P1D", "America/New_York")
    far = np.array([-(2**62), 2**62], dtype=np.int64)
    assert [each.label for each in assign(grid, far).periods] == ["0001-12-31", "9997-12-31"]


@pytest.mark.parametrize(
    ("length", "zone", "start", "labels"),
    [
        ("PT1H", "America/New_York", datetime(2013, 3, 10, 6, tzinfo=UTC), ["2013-03-10T01", "2013-03-10T03"]),
        (
            "PT1H",
            "America/New_York",
            datetime(2013, 11, 3, 5, tzinfo=UTC),
            ["2013-11-03T01", "2013-11-03T01b", "2013-11-03T02"],
        ),
        (
            "PT30M",
            "America/New_York",
            datetime(2013, 11, 3, 5, tzinfo=UTC),
            ["2013-11-03T0100", "2013-11-03T0130", "2013-11-03T0100b", "2013-11-03T0130b", "2013-11-03T0200"],
        ),
        ("P7D", "Europe/Berlin", datetime(2013, 2, 3, 23, tzinfo=UTC), ["2013-02-04", "2013-02-11"]),
    ],
)
def test_labels_are_the_local_start(length: str, zone: str, start: datetime, labels: list[str]) -> None:
    grid = Grid.of(length, zone)
    found = [period.label for period in grid.between(start, start + timedelta(days=14))]
    assert found[: len(labels)] == labels


@pytest.mark.parametrize(("day", "hours"), [("2013-03-10", 23), ("2013-11-03", 25), ("2013-02-08", 24)])
def test_a_day_is_as_long_as_the_clock_makes_it(day: str, hours: int) -> None:
    period = Grid.of("P1D", "America/New_York").period(day)
    assert period.end - period.start == timedelta(hours=hours)


@pytest.mark.parametrize("label", ["2013-02-30", "2013-03-10T02", "2013-02-08T05b", "2013-02-08", "yesterday", ""])
def test_a_label_of_no_period_is_refused_with_an_example(label: str) -> None:
    with pytest.raises(ValueError, match=r"they look like 2013-02-08T05$"):
        Grid.of("PT1H", "America/New_York").period(label)


@pytest.mark.parametrize(
    ("length", "zone", "reason"),
    [
        ("P1M", "UTC", "no fixed length"),
        ("PT7H", "UTC", "neither divides a day nor is whole days"),
        ("P1DT12H", "UTC", "neither divides a day nor is whole days"),
        ("PT30S", "UTC", "shorter than a minute"),
        ("PT0S", "UTC", "no landing period"),
        ("P1D", "Mars/Olympus", "no time zone"),
        ("P1D", "../etc/passwd", "no time zone"),
    ],
)
def test_what_cannot_cut_time_is_refused_in_a_sentence(length: str, zone: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Grid.of(length, zone)


def test_a_shift_of_days_keeps_the_local_clock() -> None:
    grid = Grid.of("P1D", "America/New_York")
    monday = datetime(2013, 3, 11, 4, tzinfo=UTC)
    assert grid.shifted(monday, timedelta(days=-7)) == datetime(2013, 3, 4, 5, tzinfo=UTC)
    assert grid.shifted(monday, timedelta(hours=-1)) == datetime(2013, 3, 11, 3, tzinfo=UTC)
