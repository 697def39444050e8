"""Periods are cut one way for the life of an object: what is named by them would be of other rows otherwise."""

from pathlib import Path

import orjson
import pytest

from tests.unit.sla.shop import Shop, label

CUT = "value: {eventTime: at}"
HOURLY = {CUT: "value: {eventTime: at, landingPeriod: PT1H}"}
ELSEWHERE = {CUT: "value: {eventTime: at, landingTimezone: Europe/Berlin}"}
THE_SAME = {CUT: "value: {eventTime: at, landingPeriod: PT24H, landingTimezone: UTC}"}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    shop.run(2)
    return shop


@pytest.mark.parametrize("changed", [HOURLY, ELSEWHERE], ids=["period", "zone"])
def test_other_periods_are_refused_with_the_way_out_and_nothing_is_staged_by_them(
    shop: Shop, changed: dict[str, str]
) -> None:
    shop.contract(changed=changed)
    shop.sell(1, {})
    told = shop.sla("run", "--no-alerts")
    assert told.exit_code == 2
    assert "Traceback" not in told.output
    assert "published by landingPeriod: P1D, landingTimezone: UTC: write that back" in " ".join(told.stderr.split())
    assert {each.path.split("/")[3] for each in shop.storage.list("staged/")} == {f"period={label(0)}"}


def test_a_refused_change_silences_no_other_contract(shop: Shop, tmp_path: Path) -> None:
    other = shop.contract(changed=HOURLY).folder / "contracts" / "orders.odcs.yaml"
    text = other.read_text().replace("id: orders", "id: others").replace("orders.validated", "others.validated")
    (tmp_path / "contracts" / "others.odcs.yaml").write_text(text)
    told = shop.sla("run", "--no-alerts", "--json")
    assert told.exit_code == 2
    assert [each["contract"] for each in orjson.loads(told.stdout)["contracts"]] == ["others"]


def test_periods_written_otherwise_but_cut_alike_go_on(shop: Shop) -> None:
    shop.contract(changed=THE_SAME)
    shop.sell(1, {})
    shop.run(3)
    assert {each.path.split("/")[3] for each in shop.storage.list("staged/")} == {
        f"period={label(0)}",
        f"period={label(1)}",
    }


@pytest.mark.parametrize("changed", [HOURLY, ELSEWHERE], ids=["period", "zone"])
def test_what_is_there_can_be_looked_at_and_taken_back_meanwhile(shop: Shop, changed: dict[str, str]) -> None:
    shop.contract(changed=changed)
    (found,) = shop.json("status")["contracts"]
    assert found["newest_period"] == label(0)
    assert shop.sla("backtest", "orders", "--json").exit_code == 0
    taken = shop.sla("rollback", "orders", label(0), "--why", "it was wrong")
    assert taken.exit_code == 0, taken.output
    planned = shop.sla("retention", "--json")
    assert planned.exit_code == 0
    assert '"unread": []' in planned.stdout or "unread" not in planned.stdout


def test_the_way_out_stages_what_has_landed_by_new_periods(shop: Shop) -> None:
    shop.contract(
        changed={**HOURLY, "name: order\n": "name: order_by_hour\n", "element: order": "element: order_by_hour"}
    )
    shop.run(2)
    found = {each.path.split("/")[2] for each in shop.storage.list("staged/")}
    assert found == {"order", "order_by_hour"}
    first = next(shop.storage.list("staged/orders/order_by_hour/"))
    assert first.path.split("/")[3] == f"period={label(0)}T10"
