"""Where contracts stand: at a prompt, as JSON, and as gauges, read from the state and changing nothing of it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.unit.sla.shop import Shop, label

UNKNOWN = {"amount": None}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Day 0 is good, day 1 has no amounts and is held, day 3 has rows and is still open."""
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {}, {}, bad=1)
    shop.sell(1, UNKNOWN, UNKNOWN, {})
    shop.sell(3, {}, {})
    return shop


def one(shop: Shop) -> dict[str, Any]:
    (found,) = shop.json("status")["contracts"]
    return dict(found)


def files(shop: Shop) -> dict[str, bytes]:
    return {entry.path: shop.storage.get(entry.path)[0] for entry in shop.storage.list("")}


def test_a_contract_of_which_nothing_landed_says_what_to_do(tmp_path: Path) -> None:
    result = Shop(folder=tmp_path).contract().sla("status")
    assert result.exit_code == 0
    assert "nothing landed" in result.output
    assert "`sluice submit land` lands, `sluice sla run` stages and judges" in result.output


def test_without_a_lake_one_sentence_names_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner  # noqa: PLC0415 - the shop always names its lake

    from sluice.cli import main  # noqa: PLC0415 - as above

    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["sla", "status"], env={"SLUICE_LAKE_ROOT": None})
    assert result.exit_code == 2
    assert "SLUICE_LAKE_ROOT" in result.output


def test_an_unknown_name_is_told_with_the_nearest(shop: Shop) -> None:
    result = shop.sla("status", "order")
    assert result.exit_code == 2
    assert "did you mean 'orders'" in result.output


def test_what_landed_and_was_never_judged_is_open_and_breaks_nothing(shop: Shop) -> None:
    found = one(shop)
    assert (found["verdict"], found["last_run"], found["breaches"]) == (None, None, [])


def test_each_period_is_counted_where_it_stands(shop: Shop) -> None:
    shop.run(3)
    found = one(shop)
    assert found["periods"] == {"open": 1, "held": 1, "promoted": 2, "stale": 0, "rolled-back": 0}
    assert (found["verdict"], found["newest_period"]) == ("passed", label(2))
    assert found["unpublished"][0]["period"] == label(1)
    assert found["unpublished"][0]["why"] == "breached: amounts"
    assert [(each["check"], each["period"], each["segments"]) for each in found["breaches"]] == [
        ("amounts", label(1), 1)
    ]


def test_late_records_that_break_a_rule_leave_a_period_stale(shop: Shop) -> None:
    shop.run(3)
    shop.sell(0, *[UNKNOWN] * 9)
    shop.run(3)
    found = one(shop)
    assert (found["periods"]["stale"], found["unpublished"][0]["standing"]) == (1, "stale")


def test_the_budget_that_is_left_is_that_of_the_moment_of_the_last_run(shop: Shop) -> None:
    shop.run(3)
    (budget,) = one(shop)["budgets"]
    share = 1 / 6  # what came on day 3 was appended after it
    assert budget["check"] == "sla.errorRate"
    assert budget["left"] == pytest.approx(1 - share / 0.1)


def test_a_held_period_asks_for_a_person(shop: Shop) -> None:
    shop.run(3)
    held = shop.sla("status")
    assert held.exit_code == 1
    shop.sla("promote", "orders", label(1), "--why", "known and harmless")
    assert shop.sla("status").exit_code == 0


def test_the_table_names_what_matters(shop: Shop) -> None:
    shop.run(3)
    told = shop.sla("status").output
    for words in ("orders.order 1.0.0", "2 promoted, 1 held, 1 open", label(2), "breached: amounts", "66.67 percent"):
        assert words in told


def test_looking_changes_nothing(shop: Shop) -> None:
    shop.run(3)
    before = files(shop)
    shop.sla("status")
    shop.sla("status", "--metrics")
    assert files(shop) == before


def gauges(text: str) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels but for contract and object."""
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()) if name not in {"contract", "object"})):
            sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }  # fmt: skip


def test_a_run_leaves_its_gauges_in_the_file_of_the_settings(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "collector" / "sluice.prom"
    before = datetime.now(UTC).timestamp()
    shop.run(3, env={"SLUICE_SLA_METRICS_FILE": str(path)})
    found = gauges(path.read_text())
    assert found["sluice_sla_last_success_timestamp_seconds",] >= before
    assert found["sluice_sla_period_passed",] == 1
    assert found["sluice_sla_periods", "held"] == 1
    assert found["sluice_sla_findings", "amounts", "skipped"] == 1  # a day without rows
    assert found["sluice_sla_findings", "amounts", "breached"] == 0
    assert found["sluice_sla_staged_rows",] == 7
    assert found["sluice_sla_error_budget_left_ratio", "sla.errorRate"] == pytest.approx(1 - 10 / 6)
    assert found["sluice_sla_staging_cpu_seconds",] > 0
    assert [each.name for each in path.parent.iterdir()] == ["sluice.prom"]
    assert gauges(shop.sla("status", "--metrics").stdout) == found


def test_no_label_holds_a_value_of_a_record(tmp_path: Path) -> None:
    by_kind = (
        "{name: by_kind, metric: nullValues, arguments: {properties: [amount]}, mustBe: 0,"
        " customProperties: [{vendor: sluice, property: segmentBy, value: [kind]}]}"
    )
    shop = Shop(folder=tmp_path).contract(by_kind)
    shop.sell(0, {"kind": "secret-kind", **UNKNOWN}, {}, {})
    shop.run(2)
    told = shop.sla("status", "--metrics").stdout
    assert gauges(told)["sluice_sla_findings", "by_kind", "breached"] == 1
    assert "secret-kind" not in told


def test_a_metrics_file_that_cannot_be_written_is_told(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env = {"SLUICE_SLA_METRICS_FILE": str(tmp_path / "file" / "sluice.prom")}
    result = shop.sla("run", "--no-alerts", env=env)
    assert result.exit_code == 2
    assert "the metrics file" in result.output


def test_the_newest_period_of_a_night_in_autumn_is_the_last_of_the_repeated_hour(tmp_path: Path) -> None:
    cut = "value: {eventTime: at, landingPeriod: PT15M, landingTimezone: Europe/Berlin}"
    shop = Shop(folder=tmp_path).contract(changed={"value: {eventTime: at}": cut})
    shop.sell(0, {"at": "2025-10-26T00:50:00Z"}, {"at": "2025-10-26T01:05:00Z"})
    shop.json("run", "--as-of", "2025-10-26T04:00:00Z", "--no-alerts")
    assert one(shop)["newest_period"] == "2025-10-26T0200b"
