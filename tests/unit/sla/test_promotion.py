"""What becomes of a judged period, and that the published table holds whole periods or nothing of them."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.transforms import IdentityTransform

from connections.settings import Lake
from connections.storage import Storage, storage_of
from sla.paths import Folders
from sla.publishing.catalogue import published
from sla.publishing.promotion import JOB, NOT_FOR_PRODUCTION, Desk, Intent, intent_of
from sla.publishing.warehouse import Published
from sla.settings import Sla
from sla.verdicts import Act, Deed, Period, Revision, Standing, Verdict, with_revision
from sluice.terminal import Fault
from tests.unit.sla.shop import Shop
from tests.unit.sla.shop import label as day

NOW = datetime(2013, 3, 3, tzinfo=UTC)
SCHEMA = pa.schema([("n", pa.int64()), ("_period", pa.string())])


def revision(number: int = 1, verdict: Verdict = Verdict.PASSED, files: tuple[str, ...] = ("a",)) -> Revision:
    return Revision(number=number, at=NOW, files=files, verdict=verdict, closed="all landed", findings=())


def deed(act: Act, by: str = JOB, number: int = 1, files: tuple[str, ...] = ()) -> Deed:
    return Deed(act=act, at=NOW, by=by, why="", revision=number, files=files)


PASSED, HELD = revision(), revision(verdict=Verdict.HELD)
SECOND, SECOND_HELD = revision(2, files=("a", "b")), revision(2, Verdict.HELD, ("a", "b"))
PROMOTED = deed(Act.PROMOTE, files=("a",))

CASES: list[tuple[str, Period, Act | None]] = [
    ("nothing judged, nothing done", Period(label="p"), None),
    ("a good period is published", Period(label="p", revisions=(PASSED,)), Act.PROMOTE),
    ("a bad one is held", Period(label="p", revisions=(HELD,)), Act.HOLD),
    ("what was done is not done again", Period(label="p", revisions=(PASSED,), deeds=(PROMOTED,)), None),
    (
        "late records that are good are added",
        Period(label="p", revisions=(PASSED, SECOND), deeds=(PROMOTED,)),
        Act.PROMOTE,
    ),
    (
        "late records that are bad are held",
        Period(label="p", revisions=(PASSED, SECOND_HELD), deeds=(PROMOTED,)),
        Act.HOLD,
    ),
    ("a person's hold stands", Period(label="p", revisions=(PASSED, SECOND), deeds=(deed(Act.HOLD, "anna"),)), None),
    (
        "a person's rollback stands",
        Period(label="p", revisions=(PASSED, SECOND), deeds=(PROMOTED, deed(Act.ROLL_BACK, "anna"))),
        None,
    ),
    (
        "a person's promotion is for its revision",
        Period(label="p", revisions=(HELD, SECOND_HELD), deeds=(deed(Act.PROMOTE, "anna", files=("a",)),)),
        Act.HOLD,
    ),
]


@pytest.mark.parametrize(("period", "act"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_becomes_of_a_period(period: Period, act: Act | None) -> None:
    intent = intent_of(period, production=True)
    assert (intent.act if intent else None) is act


def test_a_contract_that_is_not_for_production_publishes_nothing_by_itself() -> None:
    intent = intent_of(Period(label="p", revisions=(PASSED,)), production=False)
    assert intent == Intent(act=Act.HOLD, revision=PASSED, why=NOT_FOR_PRODUCTION)


def test_published_data_is_stale_once_a_later_revision_is_held() -> None:
    held = deed(Act.HOLD, number=2)
    period = Period(label="p", revisions=(PASSED, SECOND_HELD), deeds=(PROMOTED, held))
    assert (period.standing, period.published) == (Standing.STALE, ("a",))


def test_a_period_without_rows_that_is_promoted_is_not_held() -> None:
    period = Period(label="p", revisions=(revision(files=()),), deeds=(deed(Act.PROMOTE),))
    assert (period.standing, period.published) == (Standing.PROMOTED, ())


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return storage_of(Lake(root=f"file://{tmp_path}/lake"))


@pytest.fixture
def table(tmp_path: Path) -> Published:
    return published(Lake(root=f"file://{tmp_path}/lake"), Sla(catalog_file=tmp_path / "catalog.db"), "orders", "order")


def desk(storage: Storage, table: Published) -> Desk:
    return Desk(storage=storage, folders=Folders(contract="orders", object="order"), table=table, schema=SCHEMA)


def put(storage: Storage, path: str, period: str, *numbers: int) -> str:
    buffer = BytesIO()
    pq.write_table(pa.table({"n": pa.array(numbers, pa.int64()), "_period": [period] * len(numbers)}), buffer)
    assert storage.put_new(path, buffer.getvalue())
    return path


def numbers(table: Published) -> list[int]:
    now = table.table()
    return sorted(now.scan().to_arrow().column("n").to_pylist()) if now is not None else []


def judged(storage: Storage, table: Published, label: str, found: Revision) -> Desk:
    made = desk(storage, table)
    made.periods.change(label, lambda period: with_revision(period, found))
    return made


def test_a_period_is_published_whole_with_its_verdict_in_the_snapshot(storage: Storage, table: Published) -> None:
    files = (put(storage, "staged/a.parquet", "2013-02-01", 1, 2), put(storage, "staged/b.parquet", "2013-02-01", 3))
    found = revision(files=files)
    made = judged(storage, table, "2013-02-01", found)
    after = made.carry_out("2013-02-01", Intent(act=Act.PROMOTE, revision=found, why="good"), NOW, JOB)
    assert after.standing is Standing.PROMOTED
    assert numbers(table) == [1, 2, 3]
    now = table.table()
    assert now is not None
    snapshot = now.current_snapshot()
    assert snapshot is not None
    assert snapshot.snapshot_id == after.deeds[-1].snapshot
    assert snapshot.summary is not None
    assert (snapshot.summary["sluice.period"], snapshot.summary["sluice.verdict"]) == ("2013-02-01", "passed")


def test_a_run_that_died_after_the_commit_adds_nothing_twice(storage: Storage, table: Published) -> None:
    path = put(storage, "staged/a.parquet", "2013-02-01", 1)
    table.add("2013-02-01", [storage.uri(path)], SCHEMA, {})
    found = revision(files=(path,))
    made = judged(storage, table, "2013-02-01", found)
    after = made.carry_out("2013-02-01", Intent(act=Act.PROMOTE, revision=found, why="good"), NOW, JOB)
    assert numbers(table) == [1]
    assert after.published == (path,)


def test_a_held_period_is_not_readable_from_the_table(storage: Storage, table: Published) -> None:
    path = put(storage, "staged/a.parquet", "2013-02-01", 1)
    found = revision(verdict=Verdict.HELD, files=(path,))
    made = judged(storage, table, "2013-02-01", found)
    after = made.carry_out("2013-02-01", Intent(act=Act.HOLD, revision=found, why="bad"), NOW, JOB)
    assert after.standing is Standing.HELD
    assert numbers(table) == []


def test_a_rollback_takes_one_period_out_and_leaves_the_others(storage: Storage, table: Published) -> None:
    first, second = put(storage, "staged/a.parquet", "2013-02-01", 1), put(storage, "staged/b.parquet", "2013-02-02", 2)
    for label, path in (("2013-02-01", first), ("2013-02-02", second)):
        found = revision(files=(path,))
        made = judged(storage, table, label, found)
        made.carry_out(label, Intent(act=Act.PROMOTE, revision=found, why="good"), NOW, JOB)
    before = table.table()
    assert before is not None
    old = before.current_snapshot()
    assert old is not None
    intent = Intent(act=Act.ROLL_BACK, revision=revision(files=(first,)), why="wrong")
    after = desk(storage, table).carry_out("2013-02-01", intent, NOW, "anna")
    assert after.standing is Standing.ROLLED_BACK
    assert numbers(table) == [2]
    now = table.table()
    assert now is not None
    assert sorted(now.scan(snapshot_id=old.snapshot_id).to_arrow().column("n").to_pylist()) == [1, 2]


def test_two_writers_at_once_lose_nothing(storage: Storage, table: Published, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - this test alone needs it

    table.add("2013-01-31", [storage.uri(put(storage, "staged/0.parquet", "2013-01-31", 0))], SCHEMA, {})
    paths = {
        f"2013-02-{day:02}": put(storage, f"staged/{day}.parquet", f"2013-02-{day:02}", day) for day in (1, 2, 3, 4)
    }

    def publish(item: tuple[str, str]) -> None:
        mine = published(
            Lake(root=f"file://{tmp_path}/lake"), Sla(catalog_file=tmp_path / "catalog.db"), "orders", "order"
        )
        mine.add(item[0], [storage.uri(item[1])], SCHEMA, {})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, paths.items()))
    assert numbers(table) == [0, 1, 2, 3, 4]


def test_a_table_whose_client_would_retry_by_itself_is_told_not_to_before_anything_is_added(
    storage: Storage, table: Published, tmp_path: Path
) -> None:
    catalog = SqlCatalog("sluice", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/lake")
    catalog.create_namespace(table.identifier[0])
    with catalog.create_table_transaction(table.identifier, schema=SCHEMA) as made, made.update_spec() as spec:
        spec.add_field("_period", IdentityTransform(), "_period")
    table.add("2013-02-01", [storage.uri(put(storage, "staged/a.parquet", "2013-02-01", 1))], SCHEMA, {})
    now = table.table()
    assert now is not None
    assert now.properties["commit.retry.num-retries"] == "0"
    assert numbers(table) == [1]


def of_another(tmp_path: Path, contract: str, described: str) -> Published:
    return published(
        Lake(root=f"file://{tmp_path}/lake"), Sla(catalog_file=tmp_path / "catalog.db"), contract, described
    )


@pytest.mark.parametrize(("contract", "described"), [("orders_of", "day"), ("orders", "of-day"), ("Orders.of", "Day")])
def test_a_table_of_another_object_is_neither_read_nor_changed(
    storage: Storage, tmp_path: Path, contract: str, described: str
) -> None:
    mine, theirs = of_another(tmp_path, "orders", "of_day"), of_another(tmp_path, contract, described)
    assert mine.name == theirs.name
    mine.add("2013-02-01", [storage.uri(put(storage, "staged/a.parquet", "2013-02-01", 1))], SCHEMA, {})
    other = storage.uri(put(storage, "staged/b.parquet", "2013-02-01", 2))
    attempts = (
        lambda: theirs.add("2013-02-01", [other], SCHEMA, {}),
        lambda: theirs.remove("2013-02-01", {}),
        theirs.periods,
        lambda: theirs.snapshots(NOW),
    )
    for attempt in attempts:
        with pytest.raises(Fault, match="'of_day' of contract 'orders', and object"):
            attempt()
    assert numbers(mine) == [1]


def test_a_table_from_before_tables_had_owners_gets_one(storage: Storage, table: Published, tmp_path: Path) -> None:
    table.add("2013-02-01", [storage.uri(put(storage, "staged/a.parquet", "2013-02-01", 1))], SCHEMA, {})
    now = table.table()
    assert now is not None
    with now.transaction() as change:
        change.remove_properties("sluice.contract", "sluice.object")
    table.add("2013-02-02", [storage.uri(put(storage, "staged/b.parquet", "2013-02-02", 2))], SCHEMA, {})
    assert numbers(table) == [1, 2]
    with pytest.raises(Fault, match="that of object 'order' of contract 'orders'"):
        of_another(tmp_path, "Orders", "order").table()


@pytest.mark.parametrize("nobody", ["sla run", " "])
def test_nobody_decides_in_the_name_of_the_job(nobody: str, tmp_path: Path) -> None:
    """The job takes deeds of its name for its own, and what nobody said for nothing said."""
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    shop.run(3)
    result = shop.sla("hold", "orders", day(0), "--why", "it is wrong", "--by", nobody)
    assert result.exit_code == 2
    assert "names nobody" in result.output


def test_whoever_holds_a_published_period_learns_that_it_stays_and_how_it_goes(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    shop.run(3)
    told = shop.sla("hold", "orders", day(0), "--why", "it is wrong", "--by", "anna").stdout
    assert "what is published of it stays; `sluice sla rollback` takes it out" in told
    shop.sla("rollback", "orders", day(0), "--why", "it is wrong", "--by", "anna")
    assert "stays" not in shop.sla("hold", "orders", day(0), "--why", "it is wrong", "--by", "anna").stdout


def test_a_typed_file_that_is_gone_is_told_with_its_period(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract(changed={"value: true}": "value: false}"})
    shop.sell(0, {})
    shop.run(3)
    for entry in list(shop.storage.list(shop.subject.folders.period(day(0)))):
        shop.storage.delete(entry.path)
    result = shop.sla("promote", "orders", day(0), "--why", "it is right")
    assert result.exit_code == 2
    assert f"a typed file of period {day(0)} is gone; `sluice ledger --period {day(0)}` names it" in result.output
