"""A window holds the period under test on any day, also where the clock is changed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sluice.checks.gather import gather
from sluice.checks.periods import Grid
from sluice.checks.view import View
from sluice.contract.duration import parse as length_of
from sluice.contract.model import Contract
from sluice.contract.read import parse

FLIGHTS = Path(__file__).parents[3] / "contracts" / "travel" / "flights.odcs.yaml"
CASES = [
    ("PT6H", "Europe/Berlin", "2024-10-27T00"),
    ("PT12H", "Europe/Berlin", "2024-10-27T00"),
    ("PT4H", "America/New_York", "2024-11-03T00"),
    ("P1D", "Africa/Cairo", "2024-04-25"),
    ("P1D", "Africa/Cairo", "2024-04-26"),
    ("P1D", "America/Santiago", "2024-09-07"),
    ("P1D", "America/Santiago", "2024-09-08"),
    ("PT6H", "Europe/Berlin", "2024-03-31T00"),
    ("P7D", "Europe/Berlin", "2024-10-21"),
]


def view_of(length: str, zone: str, label: str) -> View:
    contract = parse(FLIGHTS.read_bytes(), "flights")
    assert isinstance(contract, Contract)
    grid = Grid.of(length, zone)
    return View(
        contract=contract,
        object=contract.objects[0],
        grid=grid,
        period=grid.period(label),
        as_of=datetime(2025, 1, 1, tzinfo=UTC),
        profiles={},
    )


@pytest.mark.parametrize(("length", "zone", "label"), CASES)
def test_a_window_of_one_period_is_the_period_itself(length: str, zone: str, label: str) -> None:
    assert gather(view_of(length, zone, label), length).missing == (label,)


@pytest.mark.parametrize(("length", "zone", "label"), CASES)
def test_the_window_one_step_back_is_the_period_before(length: str, zone: str, label: str) -> None:
    view, step = view_of(length, zone, label), length_of(length)
    assert step is not None
    assert gather(view, length, step).missing == (view.grid.before(view.period).label,)
