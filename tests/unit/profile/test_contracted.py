"""What a contract's object asks of its profiles."""

from dataclasses import replace
from pathlib import Path

import pytest

from sluice.contract.measures import (
    Baseline,
    ChangeRate,
    InvalidValues,
    MissingValues,
    Monotonicity,
    NullValues,
    RowCount,
)
from sluice.contract.model import SchemaObject
from sluice.contract.quality import QualityRule
from sluice.contract.read import parse
from sluice.contract.threshold import Unit
from sluice.profile.contracted import spec_of
from sluice.profile.spec import SliceSet

CONTRACT = Path(__file__).parents[3] / "contracts/travel/flights.odcs.yaml"


@pytest.fixture
def flight() -> SchemaObject:
    contract = parse(CONTRACT.read_bytes(), "flights.odcs.yaml")
    assert not isinstance(contract, tuple)
    return contract.objects[0]


def test_the_flights_ask_for_their_columns_their_segments_and_their_producers(flight: SchemaObject) -> None:
    spec = spec_of(flight)
    assert spec.columns is not None
    assert len(spec.columns) == 19
    assert spec.classified == {"tailnum"}
    assert spec.technical.event == "time_hour"
    assert spec.slices == (
        SliceSet(by=("carrier",), columns=("tailnum",)),
        SliceSet(producers=True, lateness=True),
    )


def test_rules_say_what_is_counted_while_the_rows_pass_by(flight: SchemaObject) -> None:
    missing = MissingValues(fields=("dest", "tailnum"), tokens=(None, "", "N/A"))
    others = MissingValues(fields=("dest",), tokens=("???",))
    invalid = InvalidValues(fields=("origin",), valid=("EWR",))
    baseline = Baseline(method="previous")

    def rule(id_: str, kind: str, measure: object, **changes: object) -> QualityRule:
        return replace(flight.quality[0], id=id_, kind=kind, measure=measure, segment_by=(), **changes)

    rules = (
        rule("a", "missingValues", missing),
        rule("b", "changeRate", ChangeRate(of=others, of_unit=Unit.ROWS, baseline=baseline)),
        rule("c", "invalidValues", invalid),
        rule("d", "monotonicity", Monotonicity(field="time_hour")),
        replace(rule("e", "nullValues", NullValues(fields=("dep_time",))), segment_by=("origin", "carrier")),
        replace(rule("f", "rowCount", RowCount()), segment_by=("origin", "carrier")),
    )
    spec = spec_of(replace(flight, quality=rules, stream=None))
    assert spec.counted == {"a": missing, "b": others, "c": invalid}
    assert spec.tokens == {"dest": (None, "", "N/A", "???"), "tailnum": (None, "", "N/A")}
    assert spec.ordered == {"time_hour"}
    assert spec.slices == (SliceSet(by=("origin", "carrier"), columns=("dep_time",)),)
    assert spec.technical.event is None


def test_segments_by_a_classified_field_are_refused(flight: SchemaObject) -> None:
    rule = replace(flight.quality[0], segment_by=("tailnum",))
    with pytest.raises(ValueError, match="segments by tailnum"):
        spec_of(replace(flight, quality=(rule,)))
