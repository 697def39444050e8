"""A contract that changes while records of it are staged: each row is staged once, and every run knows it so."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec
import pyarrow.parquet as pq
import pytest

from sla.retention.plan import Upkeep, plan
from sla.staging.intake import bring_in
from sla.staging.recount import suited
from sla.staging.schema import stored
from sla.staging.staged import Staging, recall
from sluice.profile.codec import decode
from tests.unit.sla.days import NOW
from tests.unit.sla.frail import Fate, Killed, Mortal
from tests.unit.sla.shop import DAY, FIRST, Shop, label

pytestmark = pytest.mark.thorough

OTHERS: Final = {
    "another event time": {"{eventTime: at}": "{}"},
    "another type": {"{name: amount, logicalType: integer}": "{name: amount, logicalType: number}"},
    "another rule": {"nullValues, arguments: {properties: [amount]}": "nullValues, arguments: {properties: [kind]}"},
}  # fmt: skip
BATCH: Final = 1
MANIFEST: Final = 3  # the write of it: after the grid and the fields
FIRST_FILE: Final = 4


def opened(folder: Path) -> Shop:
    shop = Shop(folder=folder).contract()
    shop.sell(0, {"amount": 1}, {"amount": 2}, bad=1)
    shop.sell(1, {"amount": 3}, {"amount": 4, "kind": None})
    shop.sell(0, {"amount": 5}, late=DAY)
    return shop


def assert_once(shop: Shop, staging: Staging, *, strict: bool = True) -> None:
    """Every row is in one file, and the files hold what is said of them."""
    found = []
    described = shop.subject.described
    amounts = stored(described).field("amount").type
    for each in staging.staged:
        table = pq.read_table(BytesIO(shop.storage.get(each.path)[0]))
        rows = table.to_pylist()
        profile = suited(shop.storage, described, each)
        assert profile.total.rows == each.rows
        assert profile.total.columns["kind"].nulls == table.column("kind").null_count
        assert not strict or table.schema.field("amount").type == amounts
        assert {row["_period"] for row in rows} == {each.period}
        assert len(rows) == each.rows
        found += [row["_raw_offset"] for row in rows]
    assert sorted(found) == [0, 1, 3, 4, 5]
    assert staging == recall(shop.storage, shop.subject.folders)


@pytest.mark.parametrize("changed", OTHERS.values(), ids=OTHERS.keys())
@pytest.mark.parametrize("step", range(1, 8))
def test_a_batch_that_is_tried_again_by_another_contract_is_staged_once(
    step: int, changed: dict[str, str], tmp_path: Path
) -> None:
    shop = opened(tmp_path)
    with pytest.raises(Killed):
        bring_in(shop.subject, Mortal(shop.storage, Fate(at=step, after=True)), 1 << 20)
    shop.contract(changed=changed)
    assert_once(shop, bring_in(shop.subject, shop.storage, 1 << 20))


@pytest.mark.parametrize("changed", OTHERS.values(), ids=OTHERS.keys())
@pytest.mark.parametrize("step", range(1, 12))
def test_runs_of_two_checkouts_at_once_agree_on_what_was_staged(
    step: int, changed: dict[str, str], tmp_path: Path
) -> None:
    shop = opened(tmp_path)
    before = shop.subject
    other = shop.contract(changed=changed).subject
    fate = Fate(at=step, meanwhile=lambda: bring_in(other, shop.storage, BATCH))
    staging = bring_in(before, Mortal(shop.storage, fate), BATCH)
    assert_once(shop, staging, strict=False)


def test_what_is_said_of_a_batch_is_true_of_its_files_though_a_landed_one_went_between_two_tries(
    tmp_path: Path,
) -> None:
    shop = Shop(folder=tmp_path).contract()
    (first,) = shop.sell(0, {"amount": 1})
    shop.sell(0, {"amount": 2})
    with pytest.raises(Killed, match="put staged"):
        bring_in(shop.subject, Mortal(shop.storage, Fate(at=FIRST_FILE, after=True)), 1 << 20)
    assert list(shop.storage.list("staged/"))
    shop.storage.delete(first)
    (made,) = bring_in(shop.subject, shop.storage, 1 << 20).staged
    rows = pq.read_table(BytesIO(shop.storage.get(made.path)[0])).to_pylist()
    assert ([row["amount"] for row in rows], made.rows) == ([2], 1)


def test_what_landed_in_a_topic_before_it_was_renamed_is_staged_and_its_dead_letters_stay_dead(tmp_path: Path) -> None:
    shop = opened(tmp_path)
    bring_in(shop.subject, shop.storage, BATCH)
    shop.sell(2, {"amount": 5}, bad=2)
    shop.contract(changed={"orders.validated": "sales.validated"})
    staging = bring_in(shop.subject, shop.storage, BATCH)
    assert sum(each.rows for each in staging.staged) == 6
    assert sum(each.invalid_first for each in staging.arrivals.hours.values()) == 3
    assert staging.troubles == ()


def test_a_batch_that_was_written_down_before_its_topics_were_renamed_is_staged_as_it_was_meant(tmp_path: Path) -> None:
    shop = opened(tmp_path)
    with pytest.raises(Killed, match=r"batches/00000001\.json"):
        bring_in(shop.subject, Mortal(shop.storage, Fate(at=MANIFEST, after=True)), 1 << 20)
    shop.contract(changed={"orders.validated": "sales.validated"})
    assert_once(shop, bring_in(shop.subject, shop.storage, 1 << 20))


def test_a_topic_that_another_contract_has_by_now_is_read_no_more(tmp_path: Path) -> None:
    shop = opened(tmp_path)
    before = shop.subject
    bring_in(before, shop.storage, BATCH)
    shop.sell(2, {"amount": 5})
    shop.contract(changed={"orders.validated": "sales.validated"})
    heir = replace(before, contract=replace(before.contract, id="parcels"))
    staging = bring_in(shop.subject, shop.storage, BATCH, estate=(shop.subject, heir))
    assert sum(each.rows for each in staging.staged) == 5


def test_retention_takes_what_was_staged_of_a_topic_before_it_was_renamed_and_nothing_else_of_it(
    tmp_path: Path,
) -> None:
    shop = opened(tmp_path)
    bring_in(shop.subject, shop.storage, 1 << 20)
    ours = {entry.path for entry in shop.storage.list("bronze/")}
    shop.sell(0, {"amount": 6})  # landed since, and not ours to take: nobody has staged it
    subject = shop.contract(changed={"orders.validated": "sales.validated"}).subject
    upkeep = Upkeep(now=NOW, as_of=FIRST + 60 * DAY, orphans_after=DAY, snapshots_kept=30 * DAY)
    assert {each.path for each in plan(subject, shop.storage, shop.table, upkeep).bronze} == ours


OLD_TIME = "{name: at, logicalType: timestamp, required: true}"
RENAMED = {
    "version: 1.0.0": "version: 2.0.0",
    OLD_TIME: "{name: happened, logicalType: timestamp, required: true}",
    "eventTime: at": "eventTime: happened",
    "order.at": "order.happened",
}


def test_late_records_of_a_version_with_another_event_time_are_of_the_periods_that_it_tells(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    shop.run(2)
    shop.contract(changed=RENAMED)
    shop.sell(0, {"amount": 2}, late=2 * DAY)
    shop.sell(3, {"happened": (FIRST + 3 * DAY).isoformat()}, version="2.0.0")
    shop.run(6)
    staging = recall(shop.storage, shop.subject.folders)
    assert {each: sum(one.rows for one in staging.of(each)) for each in staging.periods} == {label(0): 2, label(3): 1}
    profiles = [decode(shop.storage.get(each.profile)[0]) for each in staging.staged]
    assert all("event>appended" in each.total.lateness for each in profiles)


def test_a_field_that_is_the_event_time_since_its_type_changed_was_not_before(tmp_path: Path) -> None:
    was_text = {
        OLD_TIME: "{name: at, logicalType: string}\n      - {name: day, logicalType: timestamp, required: true}"
    }
    shop = Shop(folder=tmp_path).contract(
        changed={**was_text, "eventTime: at": "eventTime: day", "order.at": "order.day"}
    )
    shop.sell(0, {"day": FIRST.isoformat()})
    shop.run(2)
    shop.contract(changed={"version: 1.0.0": "version: 2.0.0"})
    shop.sell(0, {"at": "yesterday", "day": FIRST.isoformat()})
    shop.run(3)
    assert sum(each.rows for each in recall(shop.storage, shop.subject.folders).of(label(0))) == 2


def test_a_version_of_which_the_fields_alone_were_kept_is_read_by_them_and_by_the_event_time_of_today(
    tmp_path: Path,
) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    shop.run(2)
    kept = tmp_path / "lake" / shop.subject.folders.fields("1.0.0")
    kept.write_bytes(msgspec.json.encode(shop.subject.described.fields[:2]))
    shop.contract(changed={"version: 1.0.0": "version: 1.1.0"})
    shop.sell(1, {"kind": "a"})
    shop.run(3)
    (staged,) = recall(shop.storage, shop.subject.folders).of(label(1))
    assert "kind" not in pq.read_schema(BytesIO(shop.storage.get(staged.path)[0])).names
