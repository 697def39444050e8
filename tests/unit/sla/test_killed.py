"""A run that dies at any of its writes loses and doubles nothing: the next one ends as if nothing had happened."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

import pytest

from sla.publishing.promotion import Desk, Intent
from sla.staging.staged import recall
from sla.verdicts import Act, Periods, Standing
from sluice.terminal import Fault
from tests.unit.sla.days import (
    NOW,
    STEPS_MAX,
    Past,
    assert_in_order,
    bad_news,
    good_news,
    live,
    opened,
    orders,
    run_once,
    state,
)
from tests.unit.sla.frail import Fate, Killed, Moody, Mortal, mortal_table
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.thorough

RUNS_MAX: Final = 200


@pytest.fixture(autouse=True)
def kept_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was staged so far is kept after every second batch, so that these few batches meet it."""
    monkeypatch.setattr("sla.staging.staged.KEEP_EVERY", 2)


def nothing(shop: Shop) -> None:
    del shop


def a_run_then_good_news(shop: Shop) -> None:
    live(shop, Fate())
    good_news(shop)


def a_run_then_bad_news(shop: Shop) -> None:
    live(shop, Fate())
    bad_news(shop)


PASTS: Final[tuple[Past, ...]] = (nothing, a_run_then_good_news, a_run_then_bad_news)


def deaths(folder: Path, past: Past) -> Iterator[tuple[str, Shop]]:
    """A shop with that past after each death of its next run: before its first write, after its first, second..."""
    shop = opened(Shop(folder=folder / "shop"))
    past(shop)
    shutil.copytree(shop.folder, folder / "before")  # copied back to where it was: catalogues know full addresses
    for step in range(STEPS_MAX):
        shutil.rmtree(shop.folder)
        shutil.copytree(folder / "before", shop.folder)
        fate = Fate(at=max(step, 1), after=step > 0)  # before a write is after the one before it
        try:
            live(shop, fate)
        except Killed:
            yield f"{'after' if fate.after else 'before'} write {fate.at}: {fate.last}", shop
            continue
        assert step > 1, "nothing was ever written"
        return
    raise AssertionError(f"a run of more than {STEPS_MAX} writes")


@pytest.mark.parametrize("past", PASTS, ids=[each.__name__ for each in PASTS])
def test_a_run_after_a_death_at_any_write_ends_as_if_nothing_had_happened(past: Past, tmp_path: Path) -> None:
    undisturbed = opened(Shop(folder=tmp_path / "undisturbed"))
    past(undisturbed)
    live(undisturbed, Fate())
    wanted = state(undisturbed)
    assert len(set(wanted["staged"])) == len(wanted["staged"])
    for where, shop in deaths(tmp_path, past):
        live(shop, Fate())
        assert state(shop) == wanted, where


@pytest.mark.parametrize("act", [Act.PROMOTE, Act.ROLL_BACK])
def test_a_person_who_asks_again_after_a_death_gets_what_was_asked_for_once(act: Act, tmp_path: Path) -> None:
    day = label(1 if act is Act.PROMOTE else 0)

    def ask(shop: Shop, fate: Fate) -> None:
        desk = Desk.of(orders(), Mortal(shop.storage, fate), mortal_table(shop, fate))
        newest = desk.periods.get(day).newest
        assert newest is not None
        desk.carry_out(day, Intent(act=act, revision=newest, why="as agreed"), NOW, "anna")

    shop = opened(Shop(folder=tmp_path / "shop"))
    live(shop, Fate())
    shutil.copytree(shop.folder, tmp_path / "before")
    writes = Fate()
    ask(shop, writes)
    wanted = state(shop)
    assert_in_order(shop, "undisturbed")
    for step in range(1, writes.done + 1):
        for after in (False, True):
            shutil.rmtree(shop.folder)
            shutil.copytree(tmp_path / "before", shop.folder)
            with pytest.raises(Killed):
                ask(shop, Fate(at=step, after=after))
            ask(shop, Fate())
            assert state(shop) == wanted, (step, after)


def test_records_that_land_between_a_death_and_the_next_run_are_judged_beside_what_was_published(
    tmp_path: Path,
) -> None:
    """Whatever is in the table was promoted and is remembered as such; a period that is held is not in it."""
    seen: Counter[Standing] = Counter()
    for where, shop in deaths(tmp_path, nothing):
        bad_news(replace(shop, _offset=100))
        live(shop, Fate())
        memories = Periods(shop.storage, orders().folders).all()
        staging = recall(shop.storage, orders().folders)
        for name, memory in memories.items():
            assert memory.newest is not None
            assert memory.newest.files == tuple(each.path for each in staging.of(name)), where
        assert_in_order(shop, where)
        seen[memories[label(0)].standing] += 1
    assert seen.keys() == {Standing.HELD, Standing.STALE}


@pytest.mark.parametrize("seed", range(5))
def test_a_storage_that_fails_by_chance_and_recovers_ends_the_same(seed: int, tmp_path: Path) -> None:
    undisturbed = opened(Shop(folder=tmp_path / "undisturbed"))
    a_run_then_good_news(undisturbed)
    live(undisturbed, Fate())
    shop = opened(Shop(folder=tmp_path / "moody"))
    moody = Moody(shop.storage, Random(seed), share=0.1)  # noqa: S311 - no secret is made of it
    try_until_it_ends(shop, moody)
    good_news(shop)
    try_until_it_ends(shop, moody)
    moody.share = 0
    run_once(moody, shop.table)
    assert moody.failed
    assert moody.lost
    assert state(shop) == state(undisturbed)


def try_until_it_ends(shop: Shop, storage: Moody) -> None:
    for _ in range(RUNS_MAX):
        try:
            run_once(storage, shop.table)
        except Fault:
            continue
        return
    raise AssertionError(f"{RUNS_MAX} runs failed")


def test_what_a_dead_run_published_and_nobody_remembers_is_rolled_back_by_a_person(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    shop.run(3)
    Periods(shop.storage, shop.subject.folders).change(label(0), lambda memory: replace(memory, deeds=()))
    assert shop.table.periods() == {label(0)}
    result = shop.sla("rollback", "orders", label(0), "--why", "it is wrong")
    assert result.exit_code == 0, result.output
    shop.run(4)
    assert shop.table.periods() == frozenset()
