"""What drift is measured against: the first window that can be a reference, of the contract's own major version."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from sla.backtest.past import Past
from sla.judging.closing import closing
from sla.judging.references import frozen
from sla.staging.staged import recall
from sluice.checks.judge import judge_period
from sluice.checks.view import Reference
from tests.unit.sla.shop import DAY, FIRST, Shop, label

DRIFT = "type: custom, engine: sluice, implementation: {check: drift, metric: psi, property: amount"
BINS = "reference: frozen:launch, bins: 4, falseAlarmRate: 0.001, minEffect: 0.1, minRows: 10"
RULE = f"{{name: moved, {DRIFT}, {BINS}, window: P1D}}}}"
WEEKLY = f"{{name: moved, {DRIFT}, {BINS}, window: P7D}}}}"
SECOND = {"version: 1.0.0": "version: 2.0.0"}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(folder=tmp_path).contract(RULE)


def orders(amounts: Iterable[int | None]) -> list[dict[str, int | None]]:
    return [{"amount": each} for each in amounts]


def reference(shop: Shop) -> Reference | None:
    staging = recall(shop.storage, shop.subject.folders)
    close = closing(shop.subject, staging, timedelta(hours=1), FIRST + 30 * DAY, FIRST + 30 * DAY)
    return frozen(shop.storage, shop.subject, staging, close.closed).get("moved")


def first_day(shop: Shop) -> int | None:
    found = reference(shop)
    return None if found is None else (found.window.start - FIRST) // DAY


def test_a_window_that_cannot_be_a_reference_leaves_it_to_the_next(shop: Shop) -> None:
    shop.sell(-5000, {})  # of a clock that stood at its origin
    shop.sell(0, *orders([1, 2, 3]))  # too few rows
    shop.sell(1, *orders([None] * 20))  # too few values
    shop.sell(2, *orders(range(20)))
    shop.sell(3, *orders(range(30)))
    shop.run(5)
    assert first_day(shop) == 2


def test_a_reference_is_of_the_rows_of_its_own_major_version(shop: Shop) -> None:
    shop.sell(0, *orders(range(20)))
    shop.run(2)
    shop.contract(RULE, changed=SECOND)
    shop.sell(1, *orders(range(20)), version="2.0.0")
    shop.sell(1, *orders([1]))  # a producer of old
    shop.sell(2, *orders(range(20)), version="2.0.0")
    shop.run(4)
    assert first_day(shop) == 2
    shop.contract(RULE)
    assert first_day(shop) == 0


def test_a_longer_window_begins_where_all_its_days_can_be_had(shop: Shop) -> None:
    shop.sell(-5000, {})
    for day in range(9):
        shop.sell(day, *orders(range(2)))
    shop.contract(WEEKLY)
    shop.run(9)
    found = reference(shop)
    assert found is not None
    assert (found.window.start, found.window.end) == (FIRST, FIRST + 7 * DAY)


def test_a_reference_stays_what_it_was_frozen_as(shop: Shop) -> None:
    shop.sell(1, *orders(range(20)))
    shop.run(2)
    before = reference(shop)
    shop.sell(0, *orders(range(50)))
    shop.run(3)
    assert reference(shop) == before
    assert before is not None
    assert before.histogram.rows == 20


def test_another_name_takes_the_newest_window_for_whoever_accepts_that_the_data_changed(shop: Shop) -> None:
    for day in range(4):
        shop.sell(day, *orders(range(20 + day)))
    shop.run(5)
    assert first_day(shop) == 0
    shop.contract(RULE.replace("frozen:launch", "frozen:new-prices"))
    shop.run(5)
    assert first_day(shop) == 3
    shop.contract(RULE)
    assert first_day(shop) == 0


def test_a_period_that_was_counted_by_other_bins_is_counted_again(shop: Shop) -> None:
    shop.sell(0, *orders(range(20)))
    shop.sell(1, *orders(range(20)))
    shop.run(3)
    for each in list(shop.storage.list(f"{shop.subject.folders.state}references/")):
        shop.storage.delete(each.path)
    shop.sell(0, *orders(range(100, 140)))
    recalled = shop.run(3)  # which freezes other bins, and judges the first day alone
    assert [each["period"] for each in recalled["contracts"][0]["periods"]] == [label(0)]
    past = Past.of(shop.subject, (shop.subject,), shop.storage, timedelta(hours=1), FIRST + 30 * DAY)
    (found,) = [each for each in judge_period(past.view(shop.subject.grid.period(label(1)))) if each.check == "moved"]
    assert found.outcome.value == "breached", found.reason


def test_windows_with_too_few_rows_are_passed_over_without_reading_a_profile(shop: Shop) -> None:
    for day in range(3):
        shop.sell(day, *orders([1, 2, 3]))
    shop.run(4)
    for each in (shop.folder / "lake" / "staged").rglob("*.profile"):
        each.unlink()
    assert reference(shop) is None
