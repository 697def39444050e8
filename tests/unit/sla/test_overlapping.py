"""Runs at the same time: another run, or a person, comes between any two writes of one, and nothing is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier
from typing import Final

import pytest

from sla.ledger.ledger import Answer
from sla.publishing.promotion import Desk, Intent
from sla.run import bench_of
from sla.staging.staged import recall
from sla.verdicts import Act, Period, Periods, Standing
from tests.unit.sla.days import (
    NOW,
    STEPS_MAX,
    around,
    assert_in_order,
    bad_news,
    good_news,
    live,
    opened,
    orders,
    run_once,
    state,
)
from tests.unit.sla.frail import Fate, Killed, Mortal, mortal_table
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.thorough

Happening = Callable[[Shop], None]
PERSON: Final = "anna"
FIRST_DEED: Final = 25  # the write that remembers the first promotion; the commit is the one before it


def another_run(shop: Shop) -> None:
    live(shop, Fate())


def another_run_that_sees_more(shop: Shop) -> None:
    bad_news(replace(shop, _offset=100))
    live(shop, Fate())


def between(folder: Path, past: Happening, happening: Happening) -> Iterator[tuple[str, Shop]]:
    """A shop after a run before each write of which something happened."""
    for step in range(1, STEPS_MAX):
        shop = opened(Shop(folder=folder / str(step)))
        past(shop)
        fate = Fate(at=step, meanwhile=lambda shop=shop: happening(shop))  # type: ignore[misc]  # bound at once
        live(shop, fate)
        if fate.done < step:
            return
        yield f"before write {step}: {fate.last}", shop
    raise AssertionError(f"a run of more than {STEPS_MAX} writes")


@pytest.fixture(autouse=True)
def kept_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was staged so far is kept after every second batch, so that these few batches meet it."""
    monkeypatch.setattr("sla.staging.staged.KEEP_EVERY", 2)


def nothing(shop: Shop) -> None:
    del shop


def test_a_whole_run_between_any_two_writes_of_another_changes_nothing(tmp_path: Path) -> None:
    undisturbed = opened(Shop(folder=tmp_path / "undisturbed"))
    live(undisturbed, Fate())
    wanted = state(undisturbed)
    for where, shop in between(tmp_path, nothing, another_run):
        assert state(shop) == wanted, where


def test_a_run_that_is_behind_another_judges_nothing_older_and_publishes_nothing_that_is_held(tmp_path: Path) -> None:
    for where, shop in between(tmp_path, nothing, another_run_that_sees_more):
        assert_in_order(shop, where)
        live(shop, Fate())
        assert_in_order(shop, where)
        memory = Periods(shop.storage, orders().folders).get(label(0))
        assert memory.newest is not None
        files = tuple(each.path for each in recall(shop.storage, orders().folders).of(label(0)))
        assert memory.newest.files == files, where
        assert [each.number for each in memory.revisions] == [*range(1, len(memory.revisions) + 1)], where
        assert memory.standing in {Standing.HELD, Standing.STALE}, where


def after_a_run(shop: Shop) -> None:
    live(shop, Fate())


def after_good_news(shop: Shop) -> None:
    live(shop, Fate())
    good_news(shop)


def after_bad_news(shop: Shop) -> None:
    live(shop, Fate())
    bad_news(shop)


WORDS: Final[list[tuple[Happening, Act, str]]] = [
    *((past, act, label(0)) for past in (after_good_news, after_bad_news) for act in Act),
    *((past, act, label(1)) for past in (nothing, after_a_run) for act in (Act.PROMOTE, Act.HOLD)),
    (nothing, Act.HOLD, label(0)),
]
"""Of the first day, which is good, and of the second, which is not."""


def say(shop: Shop, act: Act, day: str, fate: Fate) -> Period | None:
    """What a person says, as the command does it; None where it is refused, as there is nothing to say it of."""
    desk = Desk.of(orders(), Mortal(shop.storage, fate), mortal_table(shop, fate))
    memory = desk.periods.get(day)
    if memory.newest is None or (act is Act.ROLL_BACK and not memory.published):
        return None
    return desk.carry_out(day, Intent(act=act, revision=memory.newest, why="wrong prices"), NOW, PERSON)


@pytest.mark.parametrize(("past", "act", "day"), WORDS)
def test_a_person_who_speaks_while_the_job_is_at_work_gets_what_was_asked_for(
    past: Happening, act: Act, day: str, tmp_path: Path
) -> None:
    said: dict[str, Period | None] = {}

    def speak(shop: Shop) -> None:
        said["then"] = say(shop, act, day, Fate())

    for where, shop in between(tmp_path, past, speak):
        live(shop, Fate())
        assert_in_order(shop, where)
        memory, then = Periods(shop.storage, orders().folders).get(day), said.pop("then")
        if then is not None and act is not Act.PROMOTE:
            assert (memory.deeds, memory.published) == (then.deeds, then.published), where
        elif then is not None:
            assert set(then.published) <= set(memory.published), where
            assert [each for each in memory.deeds if each.by == PERSON], where


@pytest.mark.parametrize(("past", "act", "day"), [each for each in WORDS if each[0] is not nothing])
def test_a_run_while_a_person_is_at_work_leaves_what_was_asked_for(
    past: Happening, act: Act, day: str, tmp_path: Path
) -> None:
    for step in range(1, STEPS_MAX):
        shop = opened(Shop(folder=tmp_path / str(step)))
        past(shop)
        fate = Fate(at=step, meanwhile=lambda shop=shop: live(shop, Fate()))  # type: ignore[misc]  # bound at once
        said = say(shop, act, day, fate)
        if said is None or fate.done < step:
            break
        where = f"before write {step}: {fate.last}"
        assert_in_order(shop, where)
        live(shop, Fate())
        assert_in_order(shop, where)
        memory = Periods(shop.storage, orders().folders).get(day)
        if act is Act.PROMOTE:
            assert set(said.published) <= set(memory.published), where
        else:
            assert (memory.deeds, memory.published) == (said.deeds, said.published), where


@pytest.mark.parametrize("act", [Act.HOLD, Act.ROLL_BACK])
def test_a_person_who_died_while_the_job_was_at_work_asks_again_and_gets_it(act: Act, tmp_path: Path) -> None:
    day = label(0)
    for dies_at in (1, 2, 3):

        def die(shop: Shop, dies_at: int = dies_at) -> None:
            with suppress(Killed):
                say(shop, act, day, Fate(at=dies_at, after=True))

        for where, shop in between(tmp_path / str(dies_at), after_good_news, die):
            say(shop, act, day, Fate())
            assert_in_order(shop, where)
            memory = Periods(shop.storage, orders().folders).get(day)
            assert (memory.deeds[-1].act, memory.deeds[-1].by) == (act, PERSON), where


@pytest.mark.parametrize("runs", [2, 4])
def test_runs_that_start_together_end_as_one(runs: int, tmp_path: Path) -> None:
    undisturbed = opened(Shop(folder=tmp_path / "undisturbed"))
    live(undisturbed, Fate())
    shop = opened(Shop(folder=tmp_path / "shop"))
    gate = Barrier(runs, timeout=30)

    def go(_: int) -> None:
        storage, table = shop.storage, shop.table
        gate.wait()
        run_once(storage, table)

    with ThreadPoolExecutor(runs) as pool:
        list(pool.map(go, range(runs)))
    assert state(shop) == state(undisturbed)


@dataclass(frozen=True)
class Doubtful:
    """A ledger that holds for nothing."""

    def holds_for(self, period: str) -> Answer:
        return Answer(holds=False, why=(f"{period} lacks a file",))


def test_what_a_dead_run_published_is_remembered_whatever_the_ledger_says_by_now(tmp_path: Path) -> None:
    """Else rows that nobody remembers could be read from a period that is held later."""
    shop = opened(Shop(folder=tmp_path))
    fate = Fate(at=FIRST_DEED)
    with pytest.raises(Killed, match=f"swap .*/{label(0)}.json"):
        live(shop, fate)
    assert shop.table.files(label(0))
    bad_news(replace(shop, _offset=100))
    bench = bench_of(orders(), shop.table, replace(around(shop.storage), balance=lambda *_: Doubtful()))  # type: ignore[arg-type, return-value]  # it answers the one question
    judged = [bench.judge(period) for period in bench.close.closed]
    assert judged[0].memory.standing is Standing.STALE
    assert_in_order(shop, fate.last)
