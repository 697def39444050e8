"""Findings and contracts for tests: one check on daily windows of February 2013, and the contract of the flights."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sluice.contract.model import Contract
from sluice.contract.read import parse
from sluice.finding.model import Finding, OnBreach, Outcome, Window

START = datetime(2013, 2, 1, 5, tzinfo=UTC)
NOW = datetime(2013, 3, 3, 12, tzinfo=UTC)
FLIGHTS = Path(__file__).parents[3] / "contracts" / "travel" / "flights.odcs.yaml"


def window(day: int) -> Window:
    begin = START + timedelta(days=day - 1)
    return Window(start=begin, end=begin + timedelta(days=1))


def finding(day: int = 8, outcome: Outcome = Outcome.BREACHED, **changed: Any) -> Finding:
    plain = Finding(
        contract="flights",
        version="1.0.0",
        object="flight",
        check="departures_known",
        kind="nullValues",
        window=window(day),
        outcome=outcome,
        expected="< 10 percent",
        period=f"2013-02-{day:02}",
        on_breach=OnBreach.WARN,
        observed=12.5,
        unit="percent",
        n=930,
        fields=("dep_time",),
    )
    return replace(plain, **changed)


@cache
def flights() -> Contract:
    contract = parse(FLIGHTS.read_bytes(), "flights.odcs.yaml")
    assert isinstance(contract, Contract), contract
    return contract
