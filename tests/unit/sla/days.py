"""Two days of a small shop, runs of the job on them, and all that readers of the lake and of the table can see."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar

import pyarrow.parquet as pq

from connections.storage import Storage
from sla.estate import Subject
from sla.publishing.warehouse import Published
from sla.run import Circumstances, Outcome, run
from sla.staging.staged import recall
from sla.verdicts import Periods, Standing
from tests.unit.sla.frail import Fate, Mortal, mortal_table
from tests.unit.sla.shop import DAY, FIRST, Shop

NOW: Final = datetime(2026, 3, 9, tzinfo=UTC)
STEPS_MAX: Final = 200

AnyShop = TypeVar("AnyShop", bound=Shop)
State = dict[str, Any]
Past = Callable[[Shop], None]


@cache
def orders() -> Subject:
    """The same for all shops; reading a contract takes as long as a run here."""
    with TemporaryDirectory() as folder:
        return Shop(folder=Path(folder)).contract().subject


def around(storage: Storage) -> Circumstances:
    """As of the third day, in batches of one file."""
    return Circumstances(
        storage=storage,
        estate=(orders(),),
        now=NOW,
        as_of=FIRST + 3 * DAY,
        grace=timedelta(hours=1),
        batch_bytes=1,
    )


def run_once(storage: Storage, table: Published) -> Outcome:
    return run(orders(), table, around(storage))


def live(shop: Shop, fate: Fate) -> Outcome:
    return run_once(Mortal(shop.storage, fate), mortal_table(shop, fate))


def opened(shop: AnyShop) -> AnyShop:
    """A good day of records of two versions, and a day whose amounts are missing."""
    shop.contract()
    shop.sell(0, {"amount": 1}, {"amount": 2})
    shop.sell(0, {"amount": 3}, version="0.9.0")
    shop.sell(1, {"amount": None}, {"amount": None}, {"amount": 4}, bad=1)
    return shop


def good_news(shop: Shop) -> None:
    shop.sell(0, {"amount": 5}, late=2 * DAY)


def bad_news(shop: Shop) -> None:
    shop.sell(0, *[{"amount": None}] * 9, late=2 * DAY)


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


def assert_in_order(shop: Shop, where: str) -> None:
    """The table holds what is remembered as published, once, and nothing of a period that is held."""
    for name, memory in Periods(shop.storage, orders().folders).all().items():
        held = shop.table.files(name)
        assert held == {shop.storage.uri(path) for path in memory.published}, where
        assert not held or memory.standing in {Standing.PROMOTED, Standing.STALE}, where
    rows = published_rows(shop)
    assert len(set(rows)) == len(rows), where
