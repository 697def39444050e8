"""What each channel sends, held against golden files: golden/<notice>.<channel>."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from alerting.channels.pagerduty.render import event
from sluice.incident.notice import Notice
from tests.unit.alerting.notices import for_reports, opened, quiet, resolved
from tests.unit.alerting.rendered import RENDERED

GOLDEN: Final = Path(__file__).with_name("golden")
NOTICES: Final[dict[str, Callable[[], Notice]]] = {
    "opened": opened,
    "consumer": for_reports,
    "resolved": resolved,
}


@pytest.mark.parametrize("channel", RENDERED)
@pytest.mark.parametrize("name", NOTICES)
def test_a_payload_is_what_its_golden_file_says(name: str, channel: str) -> None:
    assert RENDERED[channel](NOTICES[name]()) == (GOLDEN / f"{name}.{channel}").read_text("utf-8")


def test_there_is_no_golden_file_of_nothing() -> None:
    known = {f"{name}.{channel}" for name in NOTICES for channel in RENDERED}
    assert {file.name for file in GOLDEN.iterdir()} == known


def test_pagerduty_hears_nothing_of_what_only_goes_on_nor_of_the_end_of_what_it_never_heard() -> None:
    assert event(quiet(), "key", told=True) is None
    assert event(resolved(), "key", told=False) is None


def test_the_root_cause_stands_first_and_no_classified_value_anywhere() -> None:
    notice = opened()
    assert [line.check for line in notice.lines] == ["sla.latency", "departures_known", "tail_numbers_known"]
    assert notice.lines[2].segment == "carrier=UA, tailnum=(classified)"
    assert notice.budget == "40 % of the error budget left (0.3 of 0.5 percent used)"


def test_a_consumer_hears_of_the_fields_it_uses_and_gets_no_command() -> None:
    notice = for_reports()
    assert {line.check for line in notice.lines} == {"sla.latency", "departures_known"}
    assert {line.command for line in notice.lines} == {""}
