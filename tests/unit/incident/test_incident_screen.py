"""What is kept of a finding to be told holds no more values of fields than are shown."""

from dataclasses import replace
from math import inf, nan

import pytest
from findings import finding, flights

from sluice.finding.model import Outcome
from sluice.incident.affected import touches
from sluice.incident.screen import FIELDS_MAX, screened


def test_the_segments_that_hold_are_named_nowhere() -> None:
    summary = finding(outcome=Outcome.HOLDS, holding=((("tailnum", "N14228"),), (("tailnum", None),)))
    assert "N14228" not in repr(screened(summary, flights()))
    assert "N14228" not in repr(screened(summary, None))


def test_a_consumer_is_concerned_by_the_last_of_many_fields_as_by_the_first() -> None:
    names = (*(f"reading_{number}" for number in range(60)), "deep." * 40 + "down")
    last = replace(flights().consumers[0], uses=(f"flight.{names[-1]}",))
    assert touches(last, "flight", screened(finding(fields=names), flights()).fields)
    assert not touches(
        replace(last, uses=("flight.reading_60",)), "flight", screened(finding(fields=names), None).fields
    )


def test_more_fields_than_are_kept_are_all_of_the_object() -> None:
    names = tuple(f"reading_{number}" for number in range(FIELDS_MAX + 1))
    assert screened(finding(fields=names), flights()).fields == ()


@pytest.mark.parametrize("number", [inf, -inf, nan])
def test_a_number_that_the_store_forgets_is_none_from_the_start(number: float) -> None:
    assert screened(finding(observed=number), flights()).observed is None
