"""Which periods are looked at: those with rows, and of those without the ones that somebody missed."""

from datetime import timedelta
from pathlib import Path

import pytest

from sla.closing import GAP_MAX, Closing, closing
from sla.staging import recall
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


def test_nothing_is_looked_at_before_anything_came(shop: Shop) -> None:
    assert labels(looked_at(shop, as_of=4, activation=0)) == []
