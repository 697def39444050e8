"""Labels as time goes: the hour that the clock shows twice comes after its first showing, whatever its text."""

from datetime import UTC, datetime, timedelta

import pytest

from sluice.checks.periods import Grid

NIGHTS = {
    ("PT1H", "Europe/Berlin"): datetime(2013, 10, 27, tzinfo=UTC),
    ("PT15M", "Europe/Berlin"): datetime(2013, 10, 27, tzinfo=UTC),
    ("PT1H", "Antarctica/Troll"): datetime(2013, 10, 27, tzinfo=UTC),  # two hours at once
    ("PT15M", "Australia/Lord_Howe"): datetime(2013, 4, 6, 14, tzinfo=UTC),  # half an hour
}


@pytest.mark.parametrize(("kind", "around"), NIGHTS.items(), ids=str)
def test_labels_of_a_night_are_put_into_the_order_of_time(kind: tuple[str, str], around: datetime) -> None:
    grid = Grid.of(*kind)
    night = tuple(grid.between(around - timedelta(hours=3), around + timedelta(hours=5)))
    assert any(each.label.endswith("b") for each in night)
    assert grid.in_order(sorted(each.label for each in night)) == night
