"""How often rules would have fired: the rules of today over the past as it is kept, leaving no trace."""

from pathlib import Path
from typing import Any

import pytest

from connections.settings import Lake
from connections.storage import StorageMissing, storage_of
from sla.backtest.sandbox import Sandbox
from tests.unit.sla.shop import Shop, label

pytestmark = pytest.mark.thorough

UNKNOWN = {"amount": None}
BLANK = '{name: blank, metric: missingValues, arguments: {properties: [kind], missingValues: [""]}, mustBe: 0}'
BY_KIND = (
    "{name: by_kind, metric: nullValues, arguments: {properties: [amount]}, mustBe: 0,"
    " customProperties: [{vendor: sluice, property: segmentBy, value: [kind]}]}"
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Five days: day 1 has no amounts, day 2 has blank kinds, day 3 has no rows."""
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {}, {})
    shop.sell(1, UNKNOWN, UNKNOWN)
    shop.sell(2, {"kind": ""}, {}, {"kind": "b", **UNKNOWN})
    shop.sell(4, {})
    shop.run(6)
    return shop


def rules(shop: Shop, *more: str) -> dict[str, dict[str, Any]]:
    (found,) = shop.json("backtest", "orders", *more)["contracts"]
    return {each["check"]: each for each in found["rules"]}


def test_the_rules_that_judged_fire_where_they_fired(shop: Shop) -> None:
    amounts = rules(shop)["amounts"]
    assert (amounts["periods"], amounts["fired"], amounts["would_hold"], amounts["recorded"]) == ([label(1)], 1, 1, 1)
    assert (amounts["judged"], amounts["skipped"], amounts["failed"]) == (4, 1, 0)
    assert amounts["reasons"] == {"no rows": 1}


def test_a_threshold_that_is_changed_fires_by_its_new_bound(shop: Shop) -> None:
    stricter = rules(shop.contract(changed={"mustBeLessThan: 50": "mustBeLessThan: 10"}))["amounts"]
    assert (stricter["periods"], stricter["recorded"]) == ([label(1), label(2)], 1)


@pytest.mark.parametrize(("rule", "name", "fired"), [(BLANK, "blank", [2]), (BY_KIND, "by_kind", [1, 2])])
def test_a_rule_that_no_profile_answers_is_counted_on_the_rows(
    rule: str, name: str, fired: list[int], shop: Shop
) -> None:
    shop.contract(rule)
    found = rules(shop)[name]
    assert (found["periods"], found["failed"]) == ([label(day) for day in fired], 0)
    (told,) = shop.json("backtest", "orders")["contracts"]
    assert told["counted_again"] == (["blank"] if name == "blank" else ["segments by kind"])


def test_a_field_that_came_later_is_told_to_be_unknown(shop: Shop) -> None:
    field = "      - {name: kind, logicalType: string}\n"
    note = "{name: noted, metric: nullValues, arguments: {properties: [note]}, mustBe: 0}"
    shop.contract(note, changed={field: f"{field}      - {{name: note, logicalType: string}}\n"})
    (told,) = shop.json("backtest", "orders")["contracts"]
    assert told["notes"] == ["8 rows came before there was a field note: it is not known of them"]


def test_levels_of_now_are_said_to_be_untested_but_for_the_error_rate(shop: Shop) -> None:
    (told,) = shop.json("backtest", "orders")["contracts"]
    assert list(told["untested"]) == ["sla.retention"]
    assert {each["check"] for each in told["rules"]} == {"amounts", "sla.errorRate"}


def test_the_error_rate_is_that_of_each_moment(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {}, bad=30)
    shop.sell(2, *[{}] * 1000)
    shop.run(4)
    assert rules(shop)["sla.errorRate"]["periods"] == [label(0), label(1)]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (("--from", "2d"), [3, 4]),
        (("--from", "P2D", "--to", label(2)), [0, 1]),
        (("--from", label(1), "--to", label(3)), [1, 2]),
        (("--from", "48h"), [3, 4]),
    ],
)
def test_a_span_may_be_counted_back_or_named(asked: tuple[str, ...], days: list[int], shop: Shop) -> None:
    shop.run(7)
    (told,) = shop.json("backtest", "orders", *asked)["contracts"]
    assert (told["periods"]["first"], told["periods"]["last"]) == (label(days[0]), label(days[-1]))


def test_a_span_without_history_names_the_one_that_is_kept(shop: Shop) -> None:
    result = shop.sla("backtest", "orders", "--from", "2020-01-01", "--to", "2020-02-01")
    assert result.exit_code == 0
    assert f"history is kept from {label(0)} to" in result.output


@pytest.mark.parametrize("asked", ["30x", "P1M", "yesterday", "2026-01-01T00:00:00"])
def test_what_is_no_span_is_refused(asked: str, shop: Shop) -> None:
    assert shop.sla("backtest", "orders", "--from", asked).exit_code == 2


def test_a_backtest_leaves_no_trace(shop: Shop) -> None:
    def files() -> dict[str, bytes]:
        return {each.path: shop.storage.get(each.path)[0] for each in shop.storage.list("")}

    before = files()
    shop.sell(5, UNKNOWN)  # landed, and not staged
    landed = files()
    shop.contract(BLANK, BY_KIND)
    assert shop.sla("backtest", "orders").exit_code == 1
    assert files() == landed
    assert len(landed) == len(before) + 1


def test_a_sandbox_reads_what_was_written_in_it_and_writes_nothing_through(tmp_path: Path) -> None:
    real = storage_of(Lake(root=f"file://{tmp_path}"))
    real.put_new("a", b"real")
    aside = Sandbox(real)
    assert not aside.put_new("a", b"mine")
    assert aside.put_new("b", b"mine")
    assert aside.swap("a", b"changed", aside.get("a")[1])
    assert not aside.swap("a", b"again", "an old version")
    assert not aside.swap("none", b"", "any")
    assert [(each.path, aside.get(each.path)[0]) for each in aside.list("")] == [("a", b"changed"), ("b", b"mine")]
    aside.delete("a")
    with pytest.raises(StorageMissing):
        aside.get("a")
    assert [each.path for each in aside.list("")] == ["b"]
    assert [(each.path, real.get(each.path)[0]) for each in real.list("")] == [("a", b"real")]
