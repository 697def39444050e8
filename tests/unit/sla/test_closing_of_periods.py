"""Which periods are looked at: those with rows, and of those without the ones that somebody missed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sla.erased import Gone, bury
from sla.judging.closing import GAP_MAX, Closing, closing
from sla.run import Circumstances, run
from sla.staging.staged import recall
from sla.verdicts import Standing
from sluice.finding.model import Outcome
from tests.unit.sla.shop import DAY, FIRST, Shop, label

HOUR = timedelta(hours=1)


def looked_at(shop: Shop, as_of: int, activation: int) -> Closing:
    """As of the start of a day, of a contract that is looked after since the start of another."""
    staging = recall(shop.storage, shop.subject.folders)
    return closing(shop.subject, staging, HOUR, FIRST + as_of * DAY, FIRST + activation * DAY)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(folder=tmp_path).contract()


def days(*numbers: int) -> list[str]:
    return [label(number) for number in numbers]


def labels(found: Closing) -> list[str]:
    return [each.label for each in found.states]


def staged(shop: Shop, *sold: int) -> Shop:
    for day in sold:
        shop.sell(day, {})
    shop.run(2)
    return shop


def test_days_between_rows_count_since_ever(shop: Shop) -> None:
    found = looked_at(staged(shop, 0, 3), as_of=4, activation=100)
    assert labels(found) == days(0, 1, 2, 3)


def test_days_after_the_newest_rows_count_since_the_activation(shop: Shop) -> None:
    staged(shop, 0, 1)
    assert labels(looked_at(shop, as_of=6, activation=100)) == days(0, 1)
    assert labels(looked_at(shop, as_of=6, activation=0)) == days(0, 1, 2, 3, 4, 5)
    assert labels(looked_at(shop, as_of=6, activation=4)) == days(0, 1, 4, 5)


def test_a_record_from_long_ago_makes_no_years_of_missing_days(shop: Shop) -> None:
    found = looked_at(staged(shop, -GAP_MAX - 5, 0, 1), as_of=2, activation=-2)
    assert labels(found) == days(-GAP_MAX - 5, -2, -1, 0, 1)


def test_a_record_from_the_future_hides_no_missing_day_and_makes_none(shop: Shop) -> None:
    found = looked_at(staged(shop, 0, 1, 3 * GAP_MAX), as_of=4, activation=0)
    assert labels(found) == days(0, 1, 2, 3, 3 * GAP_MAX)
    assert [each.label for each in found.closed] == days(0, 1, 2, 3)


def test_where_nothing_ever_came_days_count_since_the_activation(shop: Shop) -> None:
    assert labels(looked_at(shop, as_of=4, activation=0)) == days(0, 1, 2, 3)
    assert labels(looked_at(shop, as_of=4, activation=100)) == []


def test_the_day_of_the_activation_promised_nothing_where_nothing_came_before(shop: Shop) -> None:
    staging = recall(shop.storage, shop.subject.folders)
    found = closing(shop.subject, staging, HOUR, FIRST + 3 * DAY, FIRST + HOUR)
    assert labels(found) == days(1, 2)


def test_days_between_the_activation_and_the_first_rows_count(shop: Shop) -> None:
    found = looked_at(staged(shop, 3), as_of=5, activation=1)
    assert labels(found) == days(1, 2, 3, 4)


def test_a_silence_of_years_since_the_activation_is_told_by_its_newest_days(shop: Shop) -> None:
    found = labels(looked_at(shop, as_of=3 * GAP_MAX, activation=0))
    assert (len(found), found[0], found[-1]) == (GAP_MAX, label(2 * GAP_MAX), label(3 * GAP_MAX - 1))
    staged(shop, 0)
    found = labels(looked_at(shop, as_of=3 * GAP_MAX, activation=0))
    assert (len(found), found[0], found[1]) == (GAP_MAX + 1, label(0), label(2 * GAP_MAX))


def test_days_that_retention_took_are_not_looked_at_as_empty_ones(shop: Shop) -> None:
    staged(shop, 0, 2)
    took = {label(day): Gone(at=FIRST, rows=1, standing=Standing.PROMOTED) for day in (0, 1, 2)}
    bury(shop.storage, shop.subject.folders, took)
    assert labels(looked_at(shop, as_of=5, activation=0)) == days(3, 4)


def test_a_contract_whose_records_never_came_is_in_breach(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract(
        "{name: some, metric: rowCount, mustBeGreaterThan: 0}",
        changed={
            "{property: errorRate": "{property: frequency, value: 2, unit: h, element: order}\n  - {property: errorRate"
        },
    )
    shop.run(0)  # activates it
    activated = shop.storage.get(f"{shop.subject.folders.state}activation")[0].decode()
    subject = shop.subject
    now = datetime.fromisoformat(activated) + 3 * DAY
    around = Circumstances(storage=shop.storage, estate=(subject,), now=now, as_of=now, grace=HOUR, batch_bytes=1 << 20)
    outcome = run(subject, shop.table, around)
    assert len(outcome.judged) == 2
    breached = {(each.check, each.period) for each in outcome.findings if each.outcome is Outcome.BREACHED}
    assert breached == {("sla.frequency", None), *(("some", each.period.label) for each in outcome.judged)}
    (fresh,) = [each for each in outcome.now if each.check == "sla.frequency"]
    assert fresh.observed == timedelta(days=3).total_seconds()
    assert fresh.reason == f"no record has come since the activation on {activated[:16].replace('T', ' ')} UTC"


def test_what_is_the_same_for_all_periods_is_not_reckoned_for_each(shop: Shop) -> None:
    found = looked_at(staged(shop, 0, 3), as_of=4, activation=100)
    assert found.labels is found.labels
    assert found.closed is found.closed
