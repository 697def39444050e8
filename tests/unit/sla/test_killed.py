"""A run that dies at any of its writes loses and doubles nothing: the next one ends as if nothing had happened."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import pyarrow.parquet as pq
import pytest

from connections.storage import Storage
from sla.estate import Subject
from sla.run import Circumstances, Outcome, run
from sla.staging import recall
from sla.verdicts import Periods, Standing
from sla.warehouse import Published
from sluice.terminal import Fault
from tests.unit.sla.frail import Fate, Killed, Moody, Mortal, mortal_table
from tests.unit.sla.shop import DAY, FIRST, Shop, label

NOW: Final = datetime(2026, 3, 9, tzinfo=UTC)
STEPS_MAX: Final = 200
RUNS_MAX: Final = 200

State = dict[str, Any]
Past = Callable[[Shop], None]


@cache
def orders() -> Subject:
    """The same for all shops; reading a contract takes as long as a run here."""
    with TemporaryDirectory() as folder:
        return Shop(folder=Path(folder)).contract().subject


def run_once(storage: Storage, table: Published) -> Outcome:
    """A run as of the third day, in batches of one file."""
    around = Circumstances(
        storage=storage,
        estate=(orders(),),
        now=NOW,
        as_of=FIRST + 3 * DAY,
        grace=timedelta(hours=1),
        batch_bytes=1,
    )
    return run(orders(), table, around)


def live(shop: Shop, fate: Fate) -> Outcome:
    return run_once(Mortal(shop.storage, fate), mortal_table(shop, fate))


def opened(folder: Path) -> Shop:
    """A good day of records of two versions, and a day whose amounts are missing."""
    shop = Shop(folder=folder).contract()
    shop.sell(0, {"amount": 1}, {"amount": 2})
    shop.sell(0, {"amount": 3}, version="0.9.0")
    shop.sell(1, {"amount": None}, {"amount": None}, {"amount": 4}, bad=1)
    return shop


def good_news(shop: Shop) -> None:
    shop.sell(0, {"amount": 5}, late=2 * DAY)


def bad_news(shop: Shop) -> None:
    shop.sell(0, *[{"amount": None}] * 9, late=2 * DAY)


def nothing(shop: Shop) -> None:
    del shop


def a_run_then_good_news(shop: Shop) -> None:
    live(shop, Fate())
    good_news(shop)


def a_run_then_bad_news(shop: Shop) -> None:
    live(shop, Fate())
    bad_news(shop)


PASTS: Final[tuple[Past, ...]] = (nothing, a_run_then_good_news, a_run_then_bad_news)


def state(shop: Shop) -> State:
    """Everything that readers of the lake and of the table can see, without ids and clocks."""
    storage = shop.storage
    memories = Periods(storage, orders().folders).all()
    return {
        "files": sorted(entry.path for entry in storage.list("staged/")),
        "staged": sorted(
            (row["_raw_partition"], row["_raw_offset"])
            for entry in storage.list("staged/")
            if entry.path.endswith(".parquet")
            for row in pq.read_table(BytesIO(storage.get(entry.path)[0])).to_pylist()
        ),
        "recalled": sorted(each.path for each in recall(storage, orders().folders).staged),
        "revisions": {
            name: [(each.number, each.verdict, each.files) for each in memory.revisions]
            for name, memory in memories.items()
        },
        "deeds": {
            name: [(each.act, each.by, each.revision, each.files, each.snapshot is not None) for each in memory.deeds]
            for name, memory in memories.items()
        },
        "standing": {name: memory.standing for name, memory in memories.items()},
        "published": published_rows(shop),
    }


def published_rows(shop: Shop) -> list[tuple[str, int, str, int | None]]:
    table = shop.table.table()
    columns = ("_period", "_raw_offset", "_version", "amount")
    rows = table.scan().to_arrow().to_pylist() if table is not None else []
    return sorted(tuple(row[name] for name in columns) for row in rows)


def deaths(folder: Path, past: Past) -> Iterator[tuple[str, Shop]]:
    """A shop with that past after each death of its next run: before its first write, after its first, second..."""
    shop = opened(folder / "shop")
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
    undisturbed = opened(tmp_path / "undisturbed")
    past(undisturbed)
    live(undisturbed, Fate())
    wanted = state(undisturbed)
    assert len(set(wanted["staged"])) == len(wanted["staged"])
    for where, shop in deaths(tmp_path, past):
        live(shop, Fate())
        assert state(shop) == wanted, where


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
            held = shop.table.files(name)
            assert held == {shop.storage.uri(path) for path in memory.published}, where
            assert bool(held) == (memory.standing in {Standing.PROMOTED, Standing.STALE}), where
        assert len(set(published_rows(shop))) == len(published_rows(shop)), where
        seen[memories[label(0)].standing] += 1
    assert seen.keys() == {Standing.HELD, Standing.STALE}


@pytest.mark.parametrize("seed", range(5))
def test_a_storage_that_fails_by_chance_and_recovers_ends_the_same(seed: int, tmp_path: Path) -> None:
    undisturbed = opened(tmp_path / "undisturbed")
    a_run_then_good_news(undisturbed)
    live(undisturbed, Fate())
    shop = opened(tmp_path / "moody")
    moody = Moody(shop.storage, Random(seed), share=0.03)  # noqa: S311 - no secret is made of it
    try_until_it_ends(shop, moody)
    good_news(shop)
    try_until_it_ends(shop, moody)
    moody.share = 0
    run_once(moody, shop.table)
    assert moody.failed
    assert state(shop) == state(undisturbed)


def try_until_it_ends(shop: Shop, storage: Moody) -> None:
    for _ in range(RUNS_MAX):
        try:
            run_once(storage, shop.table)
        except Fault:
            continue
        return
    raise AssertionError(f"{RUNS_MAX} runs failed")
