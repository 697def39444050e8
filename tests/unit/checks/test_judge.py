"""Judging never raises and never says nothing, whatever is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.checks.counts import SEGMENTS_TOLD
from sluice.checks.judge import CHECKS, judge, judge_all, judge_period, judge_standing
from sluice.checks.levels.amount import told
from sluice.checks.periods import Grid
from sluice.checks.view import View
from sluice.contract.measures import Measure, NullValues
from sluice.contract.model import Contract
from sluice.contract.quality import QualityRule, Watch
from sluice.contract.read import parse
from sluice.contract.threshold import Operator, Threshold, Unit
from sluice.finding.model import Finding, OnBreach, Outcome
from sluice.problem import Place
from sluice.profile.model import ALL, ColumnProfile, Numbers, PeriodProfile, Profile, SliceKey

FLIGHTS = Path(__file__).parents[3] / "contracts" / "travel" / "flights.odcs.yaml"
GRID = Grid.of("P1D", "America/New_York")
PERIOD = GRID.period("2013-02-08")
PLACE = Place(file="flights.odcs.yaml")


@pytest.fixture(scope="module")
def contract() -> Contract:
    found = parse(FLIGHTS.read_bytes(), "flights.odcs.yaml")
    assert isinstance(found, Contract)
    return found


def view(contract: Contract, *profiles: PeriodProfile, watch: Watch | None = None) -> View:
    return View(
        contract=contract,
        object=replace(contract.objects[0], watch=watch),
        grid=GRID,
        period=PERIOD,
        as_of=PERIOD.end + timedelta(days=2),
        profiles={each.period.label: each for each in profiles},
        closed=frozenset({PERIOD.label}),
    )


def profile(slices: dict[SliceKey, Profile], label: str = PERIOD.label) -> PeriodProfile:
    return PeriodProfile(contract="flights", version="1.0.0", object="flight", period=GRID.period(label), slices=slices)


def test_every_kind_of_rule_has_a_check() -> None:
    assert set(CHECKS) == set(get_args(Measure))


def test_of_nothing_known_every_rule_and_level_still_says_something(contract: Contract) -> None:
    findings = judge_all(view(contract, watch=Watch(place=PLACE)))
    told = {finding.check for finding in findings}
    levels = {f"sla.{level.property}" for level in contract.service_levels}
    assert told == {rule.id for rule in contract.objects[0].quality} | levels | {"watch"}
    assert {finding.check for finding in findings if finding.outcome is Outcome.BREACHED} == {
        "flights_a_day",
        "sla.timeOfAvailability",
    }
    assert all(finding.reason for finding in findings if finding.outcome in {Outcome.SKIPPED, Outcome.FAILED})


def test_what_is_about_now_is_not_about_a_period(contract: Contract) -> None:
    seen = view(contract)
    assert {finding.period for finding in judge_standing(seen)} == {None}
    assert {finding.period for finding in judge_period(seen)} == {PERIOD.label}


def test_a_thousand_breached_segments_are_told_in_bounds(contract: Contract) -> None:
    rule = QualityRule(
        id="known",
        kind="nullValues",
        measure=NullValues(fields=("tailnum",)),
        window="P1D",
        place=PLACE,
        threshold=Threshold(operator=Operator.LESS, bounds=(5,)),
        unit=Unit.PERCENT,
        segment_by=("carrier",),
        on_breach=OnBreach.HOLD,
    )
    column = {"tailnum": ColumnProfile(rows=10, nulls=10)}
    slices = {SliceKey(segment=(("carrier", f"{n:04}"),)): Profile(rows=10, columns=column) for n in range(1000)}
    findings = judge(rule, view(contract, profile({ALL: Profile(rows=10_000), **slices})))
    assert len(findings) == SEGMENTS_TOLD + 1
    assert findings[-1].segment == ()
    assert findings[-1].outcome is Outcome.BREACHED
    assert "950 more breached than are told" in findings[-1].reason
    assert all(finding.holds_period for finding in findings)


NUMBERS = st.builds(
    Numbers,
    count=st.integers(0, 1000),
    mean=st.floats(-1e9, 1e9),
    m2=st.floats(0, 1e12),
    minimum=st.none(),
    maximum=st.none(),
    not_finite=st.just(0),
)
COLUMNS = st.builds(
    lambda rows, nulls, unfit, numbers: ColumnProfile(
        rows=rows + nulls, nulls=nulls, unfit=min(unfit, nulls), numbers=numbers
    ),
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.none() | NUMBERS,
)
INSTANTS = st.none() | st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis asks for naive bounds
PROFILES = st.builds(
    Profile,
    rows=st.integers(0, 1000),
    columns=st.dictionaries(st.sampled_from(["dep_time", "tailnum", "dep_delay", "new"]), COLUMNS, max_size=4),
    event_credible=INSTANTS,
    landed_last=INSTANTS,
)
KEYS = st.just(ALL) | st.builds(
    SliceKey, segment=st.tuples(st.tuples(st.just("carrier"), st.none() | st.sampled_from(["AA", "UA"])))
)
LABELS = st.sampled_from([f"2013-0{month}-{day:02}" for month in (1, 2) for day in range(1, 15)])
PERIODS = st.builds(profile, st.dictionaries(KEYS, PROFILES, max_size=4), LABELS)


@settings(max_examples=60, deadline=None)
@given(profiles=st.lists(PERIODS, max_size=20))
def test_whatever_the_profiles_hold_judging_answers(contract: Contract, profiles: list[PeriodProfile]) -> None:
    findings: tuple[Finding, ...] = judge_all(view(contract, *profiles, watch=Watch(place=PLACE, min_points=2)))
    asked = len(contract.objects[0].quality) + len(contract.service_levels) + 1
    assert len({finding.check for finding in findings}) == asked
    assert findings == judge_all(view(contract, *profiles, watch=Watch(place=PLACE, min_points=2)))


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_a_length_of_time_is_told_within_its_second_unit(span: timedelta) -> None:
    units = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
    words = told(span).lstrip("-").split()
    seconds = sum(float(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert seconds <= abs(span.total_seconds()) * 1.01
    assert abs(span.total_seconds()) - seconds < units[words[-1]]
