"""What is kept of a finding to be told holds no more values of fields than are shown."""

from findings import finding, flights

from sluice.finding.model import Outcome
from sluice.incident.screen import screened


def test_the_segments_that_hold_are_named_nowhere() -> None:
    summary = finding(outcome=Outcome.HOLDS, holding=((("tailnum", "N14228"),), (("tailnum", None),)))
    assert "N14228" not in repr(screened(summary, flights()))
    assert "N14228" not in repr(screened(summary, None))
