"""Records that come when their period was published: judged again, added if it is good, and told where it is not."""

from pathlib import Path

import pytest

from sla.verdicts import Periods, Standing, Verdict
from tests.unit.sla.days import orders, run_once
from tests.unit.sla.shop import DAY, Shop, label

FIRST_DAY = label(0)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {"amount": 1}, {"amount": 2})
    shop.sell(1, {"amount": 3})
    run_once(shop.storage, shop.table)
    return shop


def late(shop: Shop, *amounts: int | None) -> Standing:
    """Where the first day stands after a run that saw them."""
    shop.sell(0, *[{"amount": amount} for amount in amounts], late=3 * DAY)
    run_once(shop.storage, shop.table)
    return Periods(shop.storage, orders().folders).get(FIRST_DAY).standing


def published(shop: Shop, day: str = FIRST_DAY) -> list[int | None]:
    table = shop.table.table()
    assert table is not None
    rows = table.scan(row_filter=f"_period = '{day}'").to_arrow().column("amount").to_pylist()
    return sorted(rows, key=str)


def test_late_records_of_a_good_period_are_added_and_nothing_is_read_twice(shop: Shop) -> None:
    assert late(shop, 4, 5) is Standing.PROMOTED
    assert published(shop) == [1, 2, 4, 5]
    assert published(shop, label(1)) == [3]


def test_late_records_that_make_a_period_bad_are_held_and_what_was_published_stays_as_stale(shop: Shop) -> None:
    assert late(shop, None, None, None) is Standing.STALE
    assert published(shop) == [1, 2]
    memory = Periods(shop.storage, orders().folders).get(FIRST_DAY)
    assert [each.verdict for each in memory.revisions] == [Verdict.PASSED, Verdict.HELD]
    assert memory.deeds[-1].why == "breached: amounts"


def test_a_stale_period_is_published_whole_once_more_records_make_it_good(shop: Shop) -> None:
    late(shop, None, None, None)
    assert late(shop, 4, 5, 6, 7) is Standing.PROMOTED
    assert published(shop) == [1, 2, 4, 5, 6, 7, None, None, None]


def test_a_held_period_is_published_once_late_records_make_it_good(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {"amount": None})
    run_once(shop.storage, shop.table)
    assert shop.table.table() is None
    assert late(shop, None) is Standing.HELD
    assert late(shop, 1, 2, 3) is Standing.PROMOTED
    assert published(shop) == [1, 2, 3, None, None]


def test_a_late_dead_letter_publishes_nothing_and_changes_no_period(shop: Shop) -> None:
    before = Periods(shop.storage, orders().folders).all()
    shop.sell(5, {"amount": 1}, bad=3)
    run_once(shop.storage, shop.table)
    assert Periods(shop.storage, orders().folders).get(FIRST_DAY) == before[FIRST_DAY]
