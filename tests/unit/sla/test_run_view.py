"""What a run prints for people: on a narrow screen too, and short where there is much of the same."""

from pathlib import Path

import pytest

from tests.unit.sla.shop import Shop

NARROW = {"COLUMNS": "80"}
MANY = "{name: many_orders_came_in, metric: rowCount, mustBeGreaterThan: 5}"
DRIFT = "check: drift, metric: psi, property: amount, reference: frozen:first, bins: 4, minRows: 9, minEffect: 0.1"
RULE = "{{name: w{0}, type: custom, engine: sluice, implementation: {{{1}, falseAlarmRate: 0.001, window: P{0}D}}}}"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(folder=tmp_path)


def run(shop: Shop) -> str:
    result = shop.sla("run", "--as-of", "2026-03-05", "--no-alerts", env=NARROW)
    assert result.exit_code in {0, 1}, result.output
    return result.stdout


def test_the_name_of_a_breached_rule_stands_in_one_line_of_80_columns(shop: Shop) -> None:
    shop.contract(MANY).sell(0, {})
    told = run(shop)
    assert "many_orders_came_in  2026-03-01" in told, told
    assert "points at" not in told


def test_of_many_reasons_why_nothing_could_be_judged_the_most_frequent_are_told(shop: Shop) -> None:
    shop.contract(*(RULE.format(days, DRIFT) for days in range(2, 12))).sell(0, {})
    told = run(shop)
    assert told.count("not judged (") == 6
    assert "for other reasons: --json tells them all" in told
