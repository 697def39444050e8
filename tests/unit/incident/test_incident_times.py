"""How long it took, beside what the contract promises; and how much of a budget is left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sluice.contract.model import ServiceLevel
from sluice.finding.model import Finding, Outcome
from sluice.incident.budget import budget_left
from sluice.incident.times import Life, measure
from sluice.problem import Place
from tests.unit.incident.findings import NOW, finding, flights


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_the_three_times_are_measured_and_held_against_the_contract() -> None:
    lives = [
        Life(ready_at=NOW - minutes(2), opened_at=NOW, notified_at=NOW + minutes(1), repaired_at=NOW + minutes(30)),
        Life(ready_at=NOW - minutes(4), opened_at=NOW, notified_at=NOW + minutes(12)),
        Life(ready_at=NOW - minutes(3), opened_at=NOW),
    ]
    detect, notify, repair = measure("flights", flights(), lives)
    assert (detect.property, detect.n, detect.median, detect.longest) == ("timeToDetect", 3, 180, 240)
    assert (detect.limit, detect.met) == (300, True)
    assert (notify.n, notify.longest, notify.limit, notify.met) == (2, 720, 600, False)
    assert (repair.n, repair.longest, repair.limit, repair.met) == (1, 1800, None, None)


def test_what_is_still_open_counts_by_its_age_and_breaks_a_promise_before_it_is_over() -> None:
    level = ServiceLevel(property="timeToRepair", value=1, unit="h", place=Place(file="x"))
    promising = replace(flights(), service_levels=(level,))
    done = Life(ready_at=NOW, opened_at=NOW, notified_at=NOW, repaired_at=NOW + minutes(30))

    def repair(*lives: Life) -> tuple[int, float | None, int, float | None, bool | None]:
        one = measure("flights", promising, lives)[2]
        return one.n, one.longest, one.still, one.still_longest, one.met

    young, old = (Life(ready_at=NOW, opened_at=NOW, age=seconds) for seconds in (60, 7200))
    superseded = Life(ready_at=NOW, opened_at=NOW)
    assert repair(done, superseded) == (1, 1800, 0, None, True)
    assert repair(done, young) == (1, 1800, 1, 60, True)
    assert repair(done, young, old) == (1, 1800, 2, 7200, False)
    assert repair(young) == (0, None, 1, 60, None)


def test_who_was_never_told_counts_while_it_is_open() -> None:
    untold = Life(ready_at=NOW, opened_at=NOW, age=1200)
    notify = measure("flights", flights(), [untold])[1]
    assert (notify.n, notify.still, notify.still_longest, notify.met) == (0, 1, 1200, False)


def test_without_incidents_nothing_was_kept_nor_broken() -> None:
    assert [(one.n, one.met) for one in measure("flights", flights(), [])] == [(0, None)] * 3


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        (5, "m", 300),
        (2, "h", 7200),
        (1, "d", 86400),
        (90, "seconds", 90),
        (1, "Hour", 3600),
        (1, "y", None),
        ("x", "m", None),
    ],
)
def test_a_promise_is_read_in_its_unit(value: int | str, unit: str, seconds: float | None) -> None:
    level = ServiceLevel(property="timeToDetect", value=value, unit=unit, place=Place(file="x"))
    contract = replace(flights(), service_levels=(level,))
    assert measure("flights", contract, [])[0].limit == seconds


def rate(day: int, observed: float | None, kind: str = "errorRate") -> Finding:
    return finding(day, Outcome.HOLDS, kind=kind, check=f"sla.{kind}", observed=observed)


def test_each_of_two_levels_of_one_property_has_a_budget_of_its_own_in_its_own_unit() -> None:
    place = Place(file="x")
    reporting = ServiceLevel(property="errorRate", value=0.5, unit="percent", driver="reporting", place=place)
    billing = ServiceLevel(property="errorRate", value=0.001, unit="ratio", driver="billing", place=place)
    contract = replace(flights(), service_levels=(reporting, billing))
    rates = [replace(rate(9, 0.05), check=f"sla.errorRate.{driver}") for driver in ("reporting", "billing")]
    assert budget_left(contract, rates) == (
        "sla.errorRate.billing: 50 % of the error budget left (0.05 of 0.1 percent used); "
        "sla.errorRate.reporting: 90 % of the error budget left (0.05 of 0.5 percent used)"
    )


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        ([], ""),
        ([rate(8, 0.1), rate(9, 0.3)], "40 % of the error budget left (0.3 of 0.5 percent used)"),
        ([rate(9, 2.0)], "0 % of the error budget left (2 of 0.5 percent used)"),
        ([rate(9, None)], ""),
        ([rate(9, 99.95, "availability")], ""),
    ],
)
def test_the_newest_rate_says_what_is_left(findings: list[Finding], words: str) -> None:
    assert budget_left(flights(), findings) == words
