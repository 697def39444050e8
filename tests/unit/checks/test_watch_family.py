"""A watch raises as many false alarms as it says, all its numbers together; simulated with fixed seeds."""

from datetime import timedelta
from functools import cache

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sluice.checks.periods import Grid
from sluice.checks.statistics.family import alarms
from sluice.checks.statistics.history import unlikely
from sluice.checks.statistics.season import seasonless
from sluice.checks.view import View
from sluice.checks.watch import judge_watch
from sluice.contract.model import Contract
from sluice.contract.quality import Watch
from sluice.contract.read import lint
from sluice.finding.model import Outcome
from sluice.problem import Place
from sluice.profile.model import ALL, ColumnProfile, Numbers, Period, PeriodProfile, Profile

pytestmark = pytest.mark.thorough

PLACE = Place(file="c.odcs.yaml", line=1, column=1)
GRID = Grid.of("P1D", "UTC")
SATURDAY = 5
FIRST = GRID.period("2013-01-01")
CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: c
version: 1.0.0
status: draft
schema: [{name: o, physicalName: o.validated, logicalType: object, properties: [{name: a, logicalType: integer}]}]
"""


@cache
def contract() -> Contract:
    found = lint(yaml.safe_dump(yaml.safe_load(CONTRACT)).encode(), "c.odcs.yaml").contract
    assert found is not None
    return found


def day(number: int) -> Period:
    return GRID.period_of(FIRST.start + timedelta(days=number))


def profile(draw: np.random.Generator, period: Period, weekend: float = 1.0) -> PeriodProfile:
    """A day of a stream that never changes: Poisson rows, binomial nulls, normal numbers; fewer rows on weekends."""
    rows = int(draw.poisson(5_000 * (weekend if period.start.weekday() >= SATURDAY else 1)))
    columns: dict[str, ColumnProfile] = {}
    for index, share in enumerate((0.0, 0.001, 0.02, 0.3, 0.9)):
        nulls = int(draw.binomial(rows, share))
        count = max(rows - nulls, 2)
        deviation = 10 * float(np.sqrt(draw.chisquare(count - 1) / (count - 1)))
        mean = float(draw.normal(50, 10 / np.sqrt(count)))
        numbers = Numbers(count=count, mean=mean, m2=deviation**2 * (count - 1))
        columns[f"f{index}"] = ColumnProfile(rows=rows, nulls=nulls, numbers=numbers)
    return PeriodProfile(
        contract="c", version="1.0.0", object="o", period=period, slices={ALL: Profile(rows=rows, columns=columns)}
    )


@pytest.mark.parametrize("points", [7, 10, 14, 28])
def test_few_points_are_told_as_what_they_are(points: int) -> None:
    draw = np.random.default_rng(points)
    drawn = draw.standard_normal((6_000, points + 1)).tolist()
    probable = np.array([unlikely(row[0], row[1:], 0.0) for row in drawn])
    for rate in (0.05, 0.01, 0.002):
        likely = rate + 3 * np.sqrt(rate / len(drawn))
        assert np.mean(probable <= rate) <= likely


@pytest.mark.parametrize(("seasons", "times"), [(7, 4), (7, 5), (7, 8), (2, 4), (24, 4)])
def test_numbers_without_their_season_are_no_more_often_unlikely_than_they_say(seasons: int, times: int) -> None:
    draw = np.random.default_rng(seasons * times)
    names = [str(season) for season in range(seasons)] * times
    probable = []
    for row in draw.standard_normal((4_000, seasons * times + 1)).tolist():
        found = seasonless(row[0], "0", list(zip(names, row[1:], strict=True)))
        assert found is not None
        probable.append(unlikely(found.now, found.before, 0.0, found.spent))
    for rate in (0.05, 0.01, 0.002):
        assert np.mean(np.array(probable) <= rate) <= rate + 3 * np.sqrt(rate / len(probable))


@pytest.mark.parametrize(("points", "rate"), [(7, 0.05), (28, 0.05)])
def test_a_family_alarms_no_more_often_than_it_says(points: int, rate: float) -> None:
    draw = np.random.default_rng(points)
    families = 400
    found = 0
    for _ in range(families):
        rows = draw.standard_normal((40, points + 1)).tolist()
        found += any(alarms([unlikely(row[0], row[1:], 0.0) for row in rows], rate))
    assert found <= families * rate + 3 * np.sqrt(families * rate)


@pytest.mark.parametrize(("lookback", "weekend"), [(14, 1.0), (28, 1.0), (28, 0.5)])
def test_a_watched_stream_that_never_changes_alarms_no_more_often_than_asked(lookback: int, weekend: float) -> None:
    draw = np.random.default_rng(20130208)
    days = 300
    profiles = {period.label: profile(draw, period, weekend) for period in map(day, range(days + lookback))}
    found = sum(alarmed(profiles, day(number), lookback) for number in range(lookback, days + lookback))
    assert found <= days * 0.05 + 3 * np.sqrt(days * 0.05)


def test_a_saturday_with_the_rows_of_other_days_is_an_alarm() -> None:
    draw = np.random.default_rng(7)
    profiles = {period.label: profile(draw, period, 0.5) for period in map(day, range(40))}
    saturday = next(period for period in map(day, range(30, 40)) if period.start.weekday() == SATURDAY)
    assert not alarmed(profiles, saturday, 28)
    assert alarmed({**profiles, saturday.label: profile(draw, saturday)}, saturday, 28)


def alarmed(profiles: dict[str, PeriodProfile], period: Period, lookback: int) -> bool:
    watch = Watch(place=PLACE, false_alarm_rate=0.05, lookback=lookback, min_points=7)
    read = contract()
    view = View(contract=read, object=read.objects[0], grid=GRID, period=period, as_of=period.end, profiles=profiles)
    return any(finding.outcome is Outcome.BREACHED for finding in judge_watch(watch, view))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.floats(0.001, 0.5))
def test_a_family_alarms_for_the_least_likely_first(probable: list[float], rate: float) -> None:
    found = alarms(probable, rate)
    alarmed = [p for p, alarm in zip(probable, found, strict=True) if alarm]
    rest = [p for p, alarm in zip(probable, found, strict=True) if not alarm]
    assert not alarmed or not rest or max(alarmed) < min(rest)
    assert all(found[index] for index, p in enumerate(probable) if p <= rate / len(probable))  # Bonferroni's among them


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(0, 10), st.floats(0.001, 1e3))
def test_the_farther_off_the_less_likely(history: list[float], step: float, floor: float) -> None:
    middle = sorted(history)[len(history) // 2]
    near, far = middle + step, middle + 2 * step + 1
    if abs(near - float(np.median(history))) <= abs(far - float(np.median(history))):
        assert unlikely(far, history, floor) <= unlikely(near, history, floor)


def test_one_outlier_in_the_history_hides_nothing() -> None:
    history = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8, 10_000.0]
    assert unlikely(150.0, history, 0.0) < 0.001


def test_without_any_spread_only_the_same_is_likely() -> None:
    assert unlikely(5.0, [5.0] * 7, 0.0) == 1
    assert unlikely(5.1, [5.0] * 7, 0.0) == 0
