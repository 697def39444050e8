"""Burn-rate rules as text; what Prometheus makes of them is tested with promtool in the integration tests."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.checks.prometheus import BURNS, rules_text
from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.finding.model import Severity

FLIGHTS = Path(__file__).parents[3] / "contracts" / "travel" / "flights.odcs.yaml"


@pytest.fixture(scope="module")
def contract() -> Contract:
    found = parse(FLIGHTS.read_bytes(), "flights.odcs.yaml")
    assert isinstance(found, Contract)
    return found


def groups(*contracts: Contract) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(rules_text(contracts))["groups"]
    return found


def test_a_budget_of_half_a_percent_has_the_limits_of_the_workbook(contract: Contract) -> None:
    alerts = [rule["expr"] for group in groups(contract) for rule in group["rules"] if "alert" in rule]
    assert [re.findall(r" > ([0-9.]+)", expression) for expression in alerts] == [
        ["0.072", "0.072", "0.03", "0.03"],
        ["0.005", "0.005"],
    ]
    assert [re.findall(r"records_bad:(\w+)\{[^}]*\} >= 10", expression) for expression in alerts] == [
        ["1h", "6h"],
        ["3d"],
    ]
    assert [(burn.factor, burn.long, burn.short) for burn in BURNS] == [
        (14.4, "1h", "5m"),
        (6, "6h", "30m"),
        (1, "3d", "6h"),
    ]


def test_a_budget_that_no_stream_could_burn_so_fast_alerts_when_all_is_bad(contract: Contract) -> None:
    levels = tuple(
        replace(level, value=20) if level.property == "errorRate" else level for level in contract.service_levels
    )
    text = rules_text([replace(contract, service_levels=levels)])
    assert "> 0.99" in text
    assert "> 2.88" not in text


def test_two_levels_of_one_property_alert_under_the_names_of_their_findings_and_count_once(contract: Contract) -> None:
    (level,) = [each for each in contract.service_levels if each.property == "errorRate"]
    two = (replace(level, driver="billing"), replace(level, driver="reporting", value=2))
    (group,) = groups(replace(contract, service_levels=two))
    records = [rule["record"] for rule in group["rules"] if "record" in rule]
    assert len(records) == len(set(records))
    checks = [rule["labels"]["check"] for rule in group["rules"] if "alert" in rule]
    assert checks == ["sla.errorRate.billing"] * 2 + ["sla.errorRate.reporting"] * 2


def test_only_a_level_whose_breach_is_an_error_wakes_anybody(contract: Contract) -> None:
    levels = tuple(replace(each, severity=Severity.WARNING) for each in contract.service_levels)
    (group,) = groups(replace(contract, service_levels=levels))
    (alert,) = [rule for rule in group["rules"] if "alert" in rule]
    assert alert["labels"]["severity"] == "ticket"
    assert re.findall(r"records_bad:(\w+)\{[^}]*\} >= 10", alert["expr"]) == ["1h", "6h", "3d"]


def test_no_budget_makes_no_rules(contract: Contract) -> None:
    assert groups(replace(contract, service_levels=())) == []
    assert groups() == []


def test_a_name_with_quotes_stays_a_name(contract: Contract) -> None:
    (group,) = groups(replace(contract, id='fli"ghts\\'))
    assert r'contract="fli\"ghts\\"' in group["rules"][-1]["expr"]


def test_no_label_holds_a_number_that_changes(contract: Contract) -> None:
    (group,) = groups(contract)
    labels = {name for rule in group["rules"] for name in rule["labels"]}
    assert labels == {"contract", "object", "severity", "check"}
