"""The published table through the versions of its contract: what is new, what is gone, and what cannot be taken."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from sla.verdicts import Period, Periods, Standing
from sluice.cli import main
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.thorough

KIND = "{name: kind, logicalType: string}"
AMOUNT = "{name: amount, logicalType: integer}"
NEWER = {"version: 1.0.0": "version: 1.1.0", KIND: f"{KIND}\n      - {{name: colour, logicalType: string}}"}
WITHOUT_KIND = {"version: 1.0.0": "version: 2.0.0", f"      - {KIND}\n": ""}
OTHER_TYPE = {"version: 1.0.0": "version: 2.0.0", AMOUNT: "{name: amount, logicalType: string}"}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {"amount": 1})
    shop.run(3)
    return shop


def rows(shop: Shop, **scan: Any) -> list[dict[str, Any]]:
    table = shop.table.table()
    assert table is not None
    found: list[dict[str, Any]] = table.scan(**scan).to_arrow().to_pylist()
    return sorted(found, key=lambda row: row["_raw_offset"])


def memory(shop: Shop, day: int) -> Period:
    return Periods(shop.storage, shop.subject.folders).get(label(day))


def test_old_and_new_versions_are_read_from_one_table(shop: Shop) -> None:
    shop.contract(changed=NEWER)
    shop.sell(1, {"colour": "red"}, version="1.1.0")
    shop.sell(1, {"amount": 2})  # a producer that was not told yet
    shop.run(4)
    told = [(row["_version"], row["amount"], row["colour"]) for row in rows(shop)]
    assert told == [("1.0.0", 1, None), ("1.1.0", 1, "red"), ("1.0.0", 2, None)]


def test_late_records_of_an_old_version_go_beside_new_ones(shop: Shop) -> None:
    shop.contract(changed=NEWER)
    shop.sell(0, {"colour": "red"}, version="1.1.0")
    shop.run(4)
    shop.sell(0, {"amount": 3})
    shop.run(5)
    assert [(row["amount"], row["colour"]) for row in rows(shop)] == [(1, None), (1, "red"), (3, None)]


def test_a_field_that_is_gone_stays_readable_where_it_was(shop: Shop) -> None:
    shop.contract(changed=WITHOUT_KIND)
    shop.sell(1, {"amount": 2}, version="2.0.0")
    shop.run(4)
    assert [(row["amount"], row["kind"]) for row in rows(shop)] == [(1, "a"), (2, None)]


@pytest.mark.parametrize(
    "newer", [WITHOUT_KIND, {"version: 1.0.0": "version: 2.0.0", KIND: "{name: sort, logicalType: string}"}]
)
def test_a_field_that_was_gone_before_its_rows_were_published_is_in_the_table(
    newer: dict[str, str], tmp_path: Path
) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {"amount": None})
    shop.run(1)
    shop.contract(changed=newer)
    shop.sell(1, {"amount": 2}, version="2.0.0")
    shop.run(4)
    result = shop.sla("promote", "orders", label(0), "--why", "it was so")
    assert result.exit_code == 0, result.output
    assert [(row["amount"], row["kind"]) for row in rows(shop)] == [(None, "a"), (2, None)]


def test_the_table_is_read_as_of_a_moment(shop: Shop) -> None:
    then = datetime.now(UTC)
    shop.contract(changed=NEWER)
    shop.sell(1, {"colour": "red"}, version="1.1.0")
    shop.run(4)
    table = shop.table.table()
    assert table is not None
    snapshot = table.snapshot_as_of_timestamp(round(then.timestamp() * 1000))
    assert snapshot is not None
    (row,) = rows(shop, snapshot_id=snapshot.snapshot_id)
    assert row["_period"] == label(0)
    assert "colour" not in row
    assert len(rows(shop)) == 2


def test_a_type_that_the_table_cannot_take_holds_the_period_with_the_reason_and_commits_nothing(shop: Shop) -> None:
    before = shop.table.table()
    assert before is not None
    shop.contract(changed=OTHER_TYPE)
    shop.sell(1, {"amount": "two"}, version="2.0.0")
    (judged,) = shop.run(4)["contracts"][0]["periods"]
    assert (judged["verdict"], judged["standing"]) == ("passed", "held")
    assert "cannot take it" in judged["why"]
    assert "amount" in judged["why"]
    after = shop.table.table()
    assert after is not None
    assert after.metadata == before.metadata
    assert memory(shop, 1).standing is Standing.HELD


def test_what_cannot_be_taken_is_not_tried_again_and_stops_no_other_period(shop: Shop) -> None:
    shop.contract(changed=OTHER_TYPE)
    shop.sell(1, {"amount": "two"}, version="2.0.0")
    shop.run(4)
    deeds = memory(shop, 1).deeds
    assert shop.run(4)["contracts"][0]["periods"] == []
    assert memory(shop, 1).deeds == deeds
    shop.contract()
    shop.sell(2, {"amount": 3})
    shop.run(5)
    assert [row["amount"] for row in rows(shop)] == [1, 3]


def test_who_promotes_by_hand_what_the_table_cannot_take_is_told_the_way_out(shop: Shop) -> None:
    shop.contract(changed=OTHER_TYPE)
    shop.sell(1, {"amount": "two"}, version="2.0.0")
    shop.run(4)
    result = shop.sla("promote", "orders", label(1), "--why", "we need it")
    assert result.exit_code == 2
    assert "cannot take it" in result.stderr
    assert "another name" in result.stderr


def incidents(shop: Shop) -> dict[str, tuple[str, list[str]]]:
    """All that anybody was told of: by check, its state and the periods that it holds."""
    env = {"SLUICE_ALERTING_DATABASE": f"sqlite:///{shop.folder}/alerting.sqlite"}
    told = CliRunner().invoke(main, ["alerts", "list", "--all", "--json"], env=env)
    return {each["check"]: (each["state"], each["held"]) for each in orjson.loads(told.stdout)["incidents"]}


def test_a_period_that_the_table_refuses_is_told_until_it_is_published(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {"amount": 1})
    shop.json("run", "--as-of", label(3))
    assert incidents(shop) == {}
    shop.contract(changed={**OTHER_TYPE, "version: 1.0.0": "version: 1.1.0"})
    shop.sell(1, {"amount": "two"}, version="1.1.0")
    told = shop.json("run", "--as-of", label(4))["contracts"][0]["findings"]
    (finding,) = [each for each in told if each["check"] == "promotion"]
    assert (finding["period"], finding["outcome"], finding["severity"]) == (label(1), "breached", "error")
    assert "cannot take it" in finding["reason"]
    assert incidents(shop)["promotion"] == ("open", [label(1)])
    shop.json("run", "--as-of", label(4))
    assert incidents(shop)["promotion"] == ("open", [label(1)])
    table = shop.table.table()
    assert table is not None
    with table.update_schema(allow_incompatible_changes=True) as columns:
        columns.delete_column("amount")
    shop.json("promote", "orders", label(1), "--why", "nobody used the old amounts")
    assert incidents(shop)["promotion"] == ("resolved", [])


ONCE = "{name: once, metric: duplicateValues, arguments: {properties: [amount]}, mustBe: 0}"
ONE_KIND = "{name: one_kind, metric: duplicateValues, arguments: {properties: [kind]}, mustBe: 0}"
ONE_COLOUR = "{name: one_colour, metric: duplicateValues, arguments: {properties: [colour]}, mustBe: 0}"
COLOURS = '{name: colours, type: sql, query: "SELECT count(*) FROM ${table} WHERE colour IS NULL", mustBe: 0}'


def test_versions_of_one_period_whose_types_differ_are_judged_by_what_both_have(shop: Shop) -> None:
    shop.contract(ONCE, ONE_KIND, changed=OTHER_TYPE)
    shop.sell(0, {"amount": "two"}, version="2.0.0")
    (contract,) = shop.run(4)["contracts"]
    assert memory(shop, 0).standing is Standing.STALE
    assert [row["amount"] for row in rows(shop)] == [1]
    told = {each["check"]: each["outcome"] for each in contract["findings"]}
    assert told["one_kind"] == "breached"
    assert told["once"] == "failed"


def test_a_rule_on_a_new_field_is_asked_of_old_rows_as_of_nulls(shop: Shop) -> None:
    shop.contract(ONE_COLOUR, COLOURS, changed=NEWER)
    shop.sell(0, {"amount": 2})
    (contract,) = shop.run(4)["contracts"]
    told = {each["check"]: each["outcome"] for each in contract["findings"]}
    assert told.get("colours") == "breached"
    assert "one_colour" not in told
    assert memory(shop, 0).standing is Standing.PROMOTED
    assert [row["colour"] for row in rows(shop)] == [None, None]
