"""How a landing starts, and where: two tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.ledger.balance import Extent, Partition
from sluice.ledger.runs import Run
from sluice.terminal import Fault
from validator.landing.decide import Asked, Found, decide
from validator.landing.resume import Landed, refuse_strangers, resume
from validator.plan import Span

HERE = Path(__file__).parent
DECISIONS = yaml.safe_load((HERE / "decisions.yaml").read_text())
RESUMPTIONS = yaml.safe_load((HERE / "resumptions.yaml").read_text())
AT = Partition(topic="t", number=1)


@pytest.mark.parametrize("name", DECISIONS["cases"])
def test_a_landing_starts_so_that_nothing_is_lost_and_nothing_lands_twice(name: str) -> None:
    case = DECISIONS["usual"] | DECISIONS["cases"][name]
    running = case["running"]
    found = Found(running=running and running | case.get("changed", {}), healthy=case["healthy"], files=case["files"])
    if running == {}:
        found = Found(running={}, healthy=case["healthy"], files=case["files"])
    asked = Asked(parameters=DECISIONS["usual"]["running"], upgrade=case["upgrade"], from_files=case["from_files"])
    if "fault" in case:
        with pytest.raises(Fault, match=case["fault"]):
            decide(found, asked)
        return
    decision = decide(found, asked)
    assert decision.way.value == case["way"]
    assert case.get("why", "") in decision.why


def landed(case: dict[str, Any]) -> Landed:
    first, end = case["extent"]
    runs = tuple(Run(*run) for run in case["runs"])
    return Landed(partition=AT, extent=Extent(first=first, end=end), runs=runs, committed=case.get("committed"))


@pytest.mark.parametrize("name", RESUMPTIONS)
def test_a_partition_goes_on_behind_its_files_or_at_the_first_record_that_none_holds(name: str) -> None:
    case = RESUMPTIONS[name]
    found = landed(case)
    records = case.get("held", ())
    held = {run: [at for at in records if run.first <= at <= run.last] for run in found.open}
    told = resume(found, held)
    assert told.offset == case["offset"]
    assert told.missing == tuple(Run(*run) for run in case.get("missing", ()))
    assert told.landed == tuple(Run(*run) for run in case.get("landed", ()))
    assert found.expired == case.get("expired", 0)
    assert found.forgotten == case.get("forgotten", False)
    assert told.spans == tuple(Span(topic="t", partition=1, first=run.first, last=run.last) for run in told.landed)


def test_files_of_a_topic_that_was_made_again_are_refused_and_named() -> None:
    good = landed({"extent": [0, 9], "runs": [[0, 8]]})
    refuse_strangers((good, landed({"extent": [5, 5], "runs": []})))
    with pytest.raises(Fault, match=r"t\[1\] \(9\); was the topic deleted and made again\? move its folder"):
        refuse_strangers((good, landed({"extent": [0, 9], "runs": [[0, 9]]})))


def test_files_of_a_topic_that_was_made_again_and_has_outgrown_them_are_refused_by_the_times_of_their_records() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    found = replace(landed({"extent": [0, 900], "runs": [[0, 8]]}), appended=(noon, noon + timedelta(minutes=1)))
    refuse_strangers((found, replace(found, appended_now=noon), replace(found, appended=None, appended_now=noon)))
    for other in (noon - timedelta(milliseconds=1), noon + timedelta(hours=3)):
        with pytest.raises(Fault, match=r"not there: t\[1\] \(8\); was the topic deleted and made again"):
            refuse_strangers((found, replace(found, appended_now=other)))
