"""What is past its retention goes, listed before and remembered after; what is not stays, and nobody misses a thing."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from connections.storage import Storage
from sla.retention.enforce import enforce
from sla.retention.plan import Upkeep, plan
from tests.unit.sla.frail import Fate, Killed, Mortal
from tests.unit.sla.lake import Record, land
from tests.unit.sla.shop import DAY, FIRST, Shop, label

pytestmark = pytest.mark.thorough

LAST = 40
"""The day whose start the tests take for today: with P30D, days 0 to 9 are past, and what landed by day 8."""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Days 8 and 9 in one batch, 10 and 39 in another; day 9 is held, day 39 still open."""
    shop = Shop(folder=tmp_path).contract()
    for one, other in ((8, 9), (10, 39)):
        shop.sell(one, {}, {}, bad=int(one == 8))
        shop.sell(other, *[{"amount": None if other == 9 else 1}] * 2)
        shop.run(other + 1)
    return shop


def due(shop: Shop, *more: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    (found,) = shop.json("retention", "--as-of", label(LAST), *more, env=env)["contracts"]
    return dict(found)


def paths(storage: Storage) -> set[str]:
    return {entry.path for entry in storage.list("")}


def days(found: set[str], folder: str) -> set[str]:
    """The days of what lies below a folder."""
    return {day for day in (label(n) for n in range(LAST)) for path in found if path.startswith(folder) and day in path}


def published(shop: Shop) -> list[str]:
    table = shop.table.table()
    assert table is not None
    return sorted(table.scan().to_arrow().column("_period").to_pylist())


def test_a_dry_run_lists_every_file_and_removes_none(shop: Shop) -> None:
    before = paths(shop.storage)
    result = shop.sla("retention", "--as-of", label(LAST))
    assert result.exit_code == 0
    told = due(shop)
    assert {each["period"] for each in told["periods"]} == {label(day) for day in range(8, 10)}
    assert all(each["path"] in result.output for each in told["files"])
    assert "--yes removes what is listed" in result.output
    assert paths(shop.storage) == before


def test_periods_wholly_past_go_and_the_others_stay(shop: Shop) -> None:
    before = paths(shop.storage)
    told = due(shop, "--yes")
    after = paths(shop.storage)
    gone = before - after
    assert gone == {each["path"] for each in told["files"]}
    assert days(gone, "staged/") == days(gone, "state/orders/order/periods/") == {label(8), label(9)}
    assert days(gone, "bronze/tp=orders.validated/") == {label(8), label(9)}
    assert days(after, "staged/") == {label(10), label(39)}
    assert published(shop) == [label(10)] * 2


def test_dead_letters_go_by_the_day_on_which_they_landed(shop: Shop) -> None:
    (told,) = shop.json("retention", "--yes", "--as-of", label(LAST - 1))["contracts"]
    assert [each["period"] for each in told["periods"]] == [label(8)]
    assert days(paths(shop.storage), "bronze/tp=orders.dead-letter/") == {label(8)}
    due(shop, "--yes")
    assert days(paths(shop.storage), "bronze/tp=orders.dead-letter/") == set()


def test_what_went_is_written_down_before_and_remembered(shop: Shop) -> None:
    told = due(shop, "--yes", "--by", "anna")
    record = orjson.loads(shop.storage.get(told["record"].removeprefix(f"{shop.lake.root}/"))[0])
    assert (record["by"], record["published"]) == ("anna", [label(8)])
    assert record["files"] == [each["path"] for each in told["files"]]
    remembered = orjson.loads(shop.storage.get("state/orders/order/erased.json")[0])["periods"]
    assert {day: (each["rows"], each["standing"]) for day, each in remembered.items()} == {
        label(8): (2, "promoted"),
        label(9): (2, "held"),
    }


def test_a_user_without_a_name_as_containers_have_one_is_somebody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr("getpass.getuser", unknown)
    told = due(shop, "--yes")
    record = orjson.loads(shop.storage.get(told["record"].removeprefix(f"{shop.lake.root}/"))[0])
    assert record["by"] == "somebody"


def test_a_second_time_nothing_is_due(shop: Shop) -> None:
    due(shop, "--yes")
    again = due(shop)
    assert (again["periods"], again["files"], again["record"]) == ([], [], None)


def test_a_later_run_neither_stages_nor_judges_nor_misses_what_went(shop: Shop) -> None:
    due(shop, "--yes")
    (told,) = shop.run(LAST)["contracts"]
    assert told["periods"] == []
    assert told["troubles"] == []
    kept = [each for each in told["findings"] if each["check"] == "sla.retention"]
    assert kept == []
    (status,) = shop.json("status")["contracts"]
    assert (status["periods"]["held"], status["staged"]["rows"]) == (0, 4)


def test_the_retention_level_breaks_until_what_is_due_went(shop: Shop) -> None:
    def breached(as_of: int) -> bool:
        findings = shop.run(as_of)["contracts"][0]["findings"]
        return any(each["check"] == "sla.retention" and each["outcome"] == "breached" for each in findings)

    assert breached(LAST + 3)
    shop.json("retention", "--yes", "--as-of", label(LAST + 3))
    assert not breached(LAST + 3)


def test_late_rows_of_a_period_that_went_are_not_published_and_go_as_well(shop: Shop) -> None:
    due(shop, "--yes")
    shop.sell(8, {}, late=timedelta(days=31))
    (told,) = shop.run(LAST)["contracts"]
    assert told["periods"] == []
    assert published(shop) == [label(10)] * 2
    assert [each["period"] for each in due(shop, "--yes")["periods"]] == [label(8)]
    assert label(8) not in days(paths(shop.storage), "staged/")


def test_landed_rows_of_a_period_that_stays_stay_with_it(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    late = timedelta(days=5)  # two days come in one batch, landed too late to be old themselves
    shop.sell(9, {}, late=late)
    shop.sell(10, {}, late=late)
    shop.run(LAST)
    told = due(shop, "--yes")
    assert [each["period"] for each in told["periods"]] == [label(9)]
    assert len([path for path in paths(shop.storage) if path.startswith("bronze/")]) == 2


def test_landed_rows_that_staging_could_not_take_stay_until_they_are_old_themselves(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    late = timedelta(days=5)
    (good,) = shop.sell(8, {}, late=late)
    unmarked = Record(value=b"{}", appended=FIRST + 8 * DAY + late, offset=9, raw_offset=9, marked=False)
    odd = land(shop.storage, "orders.validated", [unmarked], name="odd")
    shop.run(LAST)
    assert {each["path"] for each in due(shop, "--yes")["files"]} & {good, odd} == {good}
    (later,) = shop.json("retention", "--as-of", label(LAST + 10))["contracts"]
    assert [each["path"] for each in later["files"]] == [odd]


def test_without_a_promise_of_retention_no_period_goes(tmp_path: Path) -> None:
    level = "  - {property: retention, value: 30, unit: d, element: order.at}\n"
    shop = Shop(folder=tmp_path).contract(changed={level: ""})
    shop.sell(0, {})
    shop.run(LAST)
    told = due(shop)
    assert (told["kept_seconds"], told["periods"], told["files"]) == (None, [], [])


def test_what_dead_writers_left_goes_once_it_is_old(shop: Shop) -> None:
    folder = Path(shop.lake.root.removeprefix("file://"))
    stray = folder / f"staged/orders/order/period={label(10)}/00000001-0.9.0.parquet"
    begun = folder / "bronze/tp=orders.validated/.part-0.inprogress.0b8a"
    for path in (stray, begun):
        path.write_bytes(b"")
    assert (due(shop)["leftovers"], [each for each in due(shop)["files"] if "0.9.0" in each["path"]]) == ([], [])
    old = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    for path in (stray, begun):
        os.utime(path, (old, old))
    due(shop, "--yes")
    assert not stray.exists()
    assert not begun.exists()
    assert days(paths(shop.storage), "staged/") == {label(10), label(39)}


def test_what_a_newer_file_stands_for_goes_once_it_is_old(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(folder: str) -> set[str]:
        return {path for path in paths(shop.storage) if path.startswith(f"state/orders/order/{folder}/")}

    first = made("profiles")
    monkeypatch.setattr("sla.staging.staged.KEEP_EVERY", 1)
    for day in (10, 39):
        shop.sell(day, {}, late=timedelta(hours=2))
        shop.run(LAST)
    late = made("profiles") - first
    superseded = {path for path in first if days({path}, "state/") == days(late, "state/") == {label(10)}}
    kept = made("kept")
    assert (len(late), len(superseded), len(kept)) == (1, 1, 2)
    age(shop, *first)
    assert due(shop, "orders", "--as-of", label(8))["files"] == []  # a run that looked before may still be at work
    age(shop, *late, *kept, by=timedelta(days=1, minutes=1))
    told = due(shop, "--yes", "--as-of", label(8))
    assert {each["path"] for each in told["files"]} == superseded | {min(kept)}
    assert made("profiles") == (first | late) - superseded
    assert made("kept") == {max(kept)}
    assert shop.run(LAST)["contracts"][0]["periods"] == []


def test_old_findings_go_where_no_contract_is_named(shop: Shop) -> None:
    findings = {path for path in paths(shop.storage) if path.startswith("findings/")}
    old = set(sorted(findings)[:2])
    age(shop, *old, by=timedelta(days=91))
    assert shop.json("retention", "orders", "--as-of", label(8))["findings"] == []
    listed = shop.sla("retention", "--as-of", label(8))
    assert all(path in listed.output for path in old)
    told = shop.json("retention", "--as-of", label(8), "--yes")["findings"]
    assert {each["path"] for each in told} == old
    assert {path for path in paths(shop.storage) if path.startswith("findings/")} == findings - old


def age(shop: Shop, *of: str, by: timedelta = timedelta(days=2)) -> None:
    """As if they had been written so long ago, in the order of their paths."""
    for number, path in enumerate(sorted(of)):
        then = (datetime.now(UTC) - by).timestamp() + number
        os.utime(Path(shop.lake.root.removeprefix("file://")) / path, (then, then))


def test_old_snapshots_are_forgotten_but_for_the_newest(shop: Shop) -> None:
    assert due(shop)["snapshots"] == []
    told = due(shop, "--yes", env={"SLUICE_SLA_SNAPSHOTS_KEPT": "PT0S"})
    assert len(told["snapshots"]) == 1
    shop.json("retention", "--yes", "--as-of", label(LAST), env={"SLUICE_SLA_SNAPSHOTS_KEPT": "PT0S"})
    table = shop.table.table()
    assert table is not None
    assert len(table.metadata.snapshots) == 1
    assert published(shop) == [label(10)] * 2


def test_a_kill_at_any_step_is_made_up_for_by_the_next_time(shop: Shop) -> None:
    upkeep = Upkeep(
        now=datetime.now(UTC), as_of=FIRST + LAST * DAY, orphans_after=DAY, snapshots_kept=timedelta(days=30)
    )
    for step in range(30):
        made = plan(shop.subject, shop.storage, shop.table, upkeep)
        try:
            enforce(
                made,
                Mortal(shop.storage, Fate(at=step % 4 + 1)),
                shop.table,
                upkeep.now + timedelta(seconds=step),
                "test",
            )
        except Killed:
            (told,) = shop.run(LAST)["contracts"]
            assert told["periods"] == []
            assert told["troubles"] == []
            continue
        break
    assert due(shop)["files"] == []
    assert days(paths(shop.storage), "staged/") == {label(10), label(39)}
    assert published(shop) == [label(10)] * 2
