"""Quality rules on many records, as the contract's values say them."""

from sluice.contract.measures import (
    Baseline,
    ChangeRate,
    Elsewhere,
    InvalidValues,
    Mean,
    MissingValues,
    NullValues,
    RowCount,
    Sql,
)
from sluice.contract.model import Contract, ServiceLevel
from sluice.contract.quality import Calendar, QualityRule
from sluice.contract.read import parse
from sluice.contract.threshold import Operator, Threshold, Unit
from sluice.finding.model import OnBreach, Severity

HEAD = """
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: draft
schema:
  - name: order
    physicalName: orders.validated
    logicalType: object
    properties:
      - {name: at, logicalType: timestamp, required: true}
      - name: amount
        logicalType: number
        quality:
          - {name: positive, metric: invalidValues, arguments: {validValues: [1, 2]}, mustBe: 0}
      - {name: kind, logicalType: string}
    customProperties:
      - {vendor: sluice, property: stream, value: {eventTime: at, landingPeriod: PT6H, unknownFields: reject}}
      - {vendor: sluice, property: watch, value: all}
    quality:
"""
RULES = """
      - {name: kinds, metric: missingValues, arguments: {properties: [kind], missingValues: ["", "N/A"]}, mustBeLessThan: 5, unit: percent, severity: warning}
      - {name: asked, type: sql, query: "SELECT count(*) FROM ${table}", mustBeBetween: [0, 10]}
      - {name: talk, type: text, description: in words}
      - {name: other, type: custom, engine: soda, implementation: "x"}
      - name: change
        type: custom
        engine: sluice
        implementation: {check: changeRate, of: nullValues, ofUnit: percent, property: kind, window: P1D, baseline: {method: trailing, lookback: 5}, mustBeLessThan: 50}
      - name: mean
        type: custom
        engine: sluice
        implementation: {check: mean, property: amount, window: P1D, mustBeGreaterThan: 1, onBreach: hold}
slaProperties:
  - {property: timeOfAvailability, value: "06:00", element: order, customProperties: [{vendor: sluice, property: calendar, value: {days: [MO, FR], except: ["2026-12-25"]}}]}
  - {property: errorRate, value: 1, unit: percent, customProperties: [{vendor: sluice, property: severity, value: info}, {vendor: sluice, property: onBreach, value: none}]}
"""  # noqa: E501 - a rule a line reads best


def contract() -> Contract:
    parsed = parse((HEAD + RULES).encode(), "orders.odcs.yaml")
    assert isinstance(parsed, Contract), parsed
    return parsed


def rules() -> dict[str, QualityRule]:
    return {rule.id: rule for rule in contract().objects[0].quality}


def test_every_rule_on_many_records_becomes_a_value_and_none_is_left_out() -> None:
    found = {name: rule.measure for name, rule in rules().items()}
    assert found == {
        "kinds": MissingValues(fields=("kind",), tokens=("", "N/A")),
        "asked": Sql(query="SELECT count(*) FROM ${table}"),
        "talk": Elsewhere(engine="text"),
        "other": Elsewhere(engine="soda"),
        "change": ChangeRate(
            of=NullValues(fields=("kind",)), of_unit=Unit.PERCENT, baseline=Baseline(method="trailing", lookback=5)
        ),
        "mean": Mean(field="amount"),
        "positive": InvalidValues(fields=("amount",), valid=(1, 2)),
    }


def test_a_rule_takes_the_landing_period_where_it_names_no_window() -> None:
    assert rules()["kinds"].window == "PT6H"
    assert rules()["mean"].window == "P1D"


def test_a_rule_keeps_its_threshold_severity_and_what_a_breach_does() -> None:
    found = rules()
    assert found["kinds"].threshold == Threshold(operator=Operator.LESS, bounds=(5,))
    assert (found["kinds"].unit, found["kinds"].severity) == (Unit.PERCENT, Severity.WARNING)
    assert found["mean"].on_breach is OnBreach.HOLD
    assert found["asked"].threshold == Threshold(operator=Operator.BETWEEN, bounds=(0, 10))


def test_between_excludes_its_bounds_as_the_standard_says() -> None:
    between = Threshold(operator=Operator.BETWEEN, bounds=(600, 1100))
    assert [between.met_by(number) for number in (600, 601, 1099, 1100)] == [False, True, True, False]


def test_a_level_keeps_its_calendar() -> None:
    level, _ = contract().service_levels
    assert isinstance(level, ServiceLevel)
    assert level.calendar == Calendar(weekdays=(0, 4), but=("2026-12-25",))
    assert level.elements == ("order",)


def test_a_level_says_how_grave_its_breach_is_and_what_it_does() -> None:
    usual, asked = contract().service_levels
    assert (usual.severity, usual.on_breach) == (Severity.ERROR, OnBreach.WARN)
    assert (asked.severity, asked.on_breach) == (Severity.INFO, OnBreach.NONE)


def test_a_watch_without_more_watches_every_column() -> None:
    watch = contract().objects[0].watch
    assert watch is not None
    assert watch.fields == ()


def test_fields_of_a_rate_of_change_are_those_of_what_it_is_of() -> None:
    assert rules()["change"].fields == ("kind",)
    assert RowCount() == RowCount()
