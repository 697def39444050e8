"""When a period closes, as a table."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.checks.closing import Closed, Patience, closed
from sluice.checks.periods import Grid

CASES = yaml.safe_load((Path(__file__).parent / "closing.yaml").read_text(encoding="utf-8"))
PATIENCE = Patience(allowed_lateness=timedelta(hours=18), grace=timedelta(hours=6))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_period_closes_when_all_has_landed_or_its_time_is_up(case: dict[str, Any]) -> None:
    period = Grid.of("P1D", "America/New_York").period("2013-02-08")
    found = closed(period, case["watermarks"], PATIENCE, case["as_of"])
    assert found.reason == case.get("closed", case.get("open"))
    assert isinstance(found, Closed) == ("closed" in case)
