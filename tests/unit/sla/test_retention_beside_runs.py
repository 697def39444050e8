"""Retention and a run at the same time: the table never ends up with files that are gone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from sla.publishing.promotion import Desk, Intent
from sla.retention.enforce import enforce
from sla.retention.plan import Plan, Upkeep, plan
from sla.verdicts import Act, Period, Periods
from sluice.terminal import Fault
from tests.unit.sla.days import (
    NOW,
    STEPS_MAX,
    assert_in_order,
    good_news,
    live,
    orders,
    published_rows,
)
from tests.unit.sla.frail import Fate, Killed, Mortal, mortal_table
from tests.unit.sla.shop import DAY, FIRST, Shop, label

pytestmark = pytest.mark.thorough

UPKEEP: Final = Upkeep(
    now=datetime.now(UTC), as_of=FIRST + 31 * DAY, orphans_after=DAY, snapshots_kept=timedelta(days=30)
)
"""The first day is past its thirty days, and the second is not."""


def planned(shop: Shop) -> Plan:
    return plan(orders(), shop.storage, shop.table, UPKEEP)


def remove(shop: Shop, made: Plan, fate: Fate) -> None:
    enforce(made, Mortal(shop.storage, fate), mortal_table(shop, fate), UPKEEP.now + fate.done * DAY, "test")


def in_the_shop(folder: Path) -> Shop:
    """Both days are good."""
    shop = Shop(folder=folder).contract()
    shop.sell(0, {"amount": 1}, {"amount": 2})
    shop.sell(1, {"amount": 3})
    return shop


def nothing(shop: Shop) -> None:
    del shop


def a_run_and_good_news(shop: Shop) -> None:
    live(shop, Fate())
    good_news(shop)


def assert_taken(shop: Shop, where: str) -> None:
    """The first day is gone for good, and the second is there."""
    remove(shop, planned(shop), Fate())
    live(shop, Fate())
    assert_in_order(shop, where)
    assert {row[0] for row in published_rows(shop)} == {label(1)}, where
    assert not [each.path for each in shop.storage.list("") if f"period={label(0)}" in each.path], where
    assert planned(shop).empty, where


@pytest.mark.parametrize("past", [nothing, a_run_and_good_news], ids=lambda each: each.__name__)
def test_retention_between_any_two_writes_of_a_run_leaves_a_table_that_can_be_read(
    past: Callable[[Shop], None], tmp_path: Path
) -> None:
    taken = 0
    for step in range(1, STEPS_MAX):
        shop = in_the_shop(tmp_path / str(step))
        past(shop)

        def happen(shop: Shop = shop) -> None:
            remove(shop, planned(shop), Fate())
            published_rows(shop)

        fate = Fate(at=step, meanwhile=happen)
        live(shop, fate)
        if fate.done < step:
            break
        where = f"before write {step}: {fate.last}"
        assert label(0) not in {row[0] for row in published_rows(shop)} or not planned(shop).empty, where
        taken += 1
        assert_taken(shop, where)
    assert taken > 5


@pytest.mark.parametrize("past", [nothing, a_run_and_good_news], ids=lambda each: each.__name__)
@pytest.mark.parametrize("dies", [False, True])
def test_a_run_between_any_two_writes_of_retention_leaves_a_table_that_can_be_read(
    past: Callable[[Shop], None], dies: bool, tmp_path: Path
) -> None:
    """Whether or not that run, or the removal, lives to its end."""
    for step in range(1, STEPS_MAX):
        shop = in_the_shop(tmp_path / str(step))
        live(shop, Fate())
        past(shop)
        made = planned(shop)

        def happen(shop: Shop = shop) -> None:
            live(shop, Fate())
            published_rows(shop)
            if dies:
                raise Killed

        fate = Fate(at=step, meanwhile=happen)
        try:
            remove(shop, made, fate)
        except Killed:
            published_rows(shop)
        if fate.done < step:
            break
        where = f"before write {step}: {fate.last}"
        published_rows(shop)
        assert_taken(shop, where)


def say(shop: Shop, act: Act) -> Period:
    desk = Desk.of(orders(), shop.storage, shop.table)
    newest = desk.periods.get(label(0)).newest
    assert newest is not None
    return desk.carry_out(label(0), Intent(act=act, revision=newest, why="as agreed"), NOW, "anna")


def test_who_promotes_a_period_while_retention_takes_it_is_told_so_or_it_goes_all_the_same(tmp_path: Path) -> None:
    refused: list[str] = []
    for step in range(1, STEPS_MAX):
        shop = in_the_shop(tmp_path / str(step))
        live(shop, Fate())
        say(shop, Act.ROLL_BACK)
        made = planned(shop)

        def happen(shop: Shop = shop) -> None:
            if Periods(shop.storage, orders().folders).get(label(0)).newest is None:
                return  # nothing is known of it any more, and the command says so
            try:
                say(shop, Act.PROMOTE)
            except Fault as fault:
                refused.append(str(fault))

        fate = Fate(at=step, meanwhile=happen)
        remove(shop, made, fate)
        if fate.done < step:
            break
        published_rows(shop)
        assert_taken(shop, f"before write {step}: {fate.last}")
    assert set(refused) == {f"period {label(0)} is gone: retention has taken it"}
