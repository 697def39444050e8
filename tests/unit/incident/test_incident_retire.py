"""What nobody asks any more ends, and only what a whole run shows to be gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sluice.contract.model import Contract
from sluice.finding.action import Action, Done
from sluice.finding.model import Finding, OnBreach, Outcome
from sluice.finding.run import Reach, Run
from sluice.incident.batch import settle
from sluice.incident.compose import Turn, for_owners
from sluice.incident.decide import Step
from sluice.incident.key import Key
from sluice.incident.retire import SILENT, unspoken
from sluice.incident.told import Told
from tests.unit.alerting.notices import around, stale, talk
from tests.unit.incident.findings import NOW, finding, flights

VERSION = flights().version
ESTATE = {"flights": flights()}


def known(*findings: Finding) -> dict[Key, Told]:
    return {turn.told.key: turn.told for turn in settle(Run(findings=findings), {}, around(ESTATE))}


def after(
    before: dict[Key, Told],
    *findings: Finding,
    reach: Reach = Reach.OBJECTS,
    contracts: dict[str, Contract] | None = None,
    done: Action | None = None,
    days: int = 0,
) -> dict[str, Turn]:
    given, now = ESTATE if contracts is None else contracts, NOW + timedelta(days=days)
    run = Run(findings=findings, actions=(done,) if done else (), reach=reach)
    turns = settle(run, before, replace(around(given), now=now, gone=unspoken(run, given, now)))
    return {turn.told.key.check: turn for turn in turns if turn.told.key in before}


def other(day: int = 9, **changed: Any) -> Finding:
    """Another rule of the same object, which a run that judged a period spoke of."""
    plain = finding(day, Outcome.HOLDS, version=VERSION, check="rows", kind="rowCount")
    return replace(plain, **changed)


def test_a_rule_that_the_contract_asks_no_more_is_retired_aloud_and_the_notice_says_why() -> None:
    turn = after(known(finding(8)), other())["departures_known"]
    assert (turn.step, turn.quiet, turn.told.is_open) == (Step.RETIRED, False, False)
    notice = for_owners(talk(turns=(turn,)))
    assert notice is not None
    assert notice.lines[0].ended_why == "the contract asks for it no more"
    assert "nothing is open any more" in notice.headline


@pytest.mark.parametrize(
    ("reach", "findings"),
    [
        (Reach.PART, (other(),)),
        (Reach.OBJECTS, ()),
        (Reach.ESTATE, ()),
        (Reach.OBJECTS, (other(period=None),)),
        (Reach.OBJECTS, (other(object="plane"),)),
        (Reach.OBJECTS, (replace(other(), version="0.9.0"),)),
        (Reach.OBJECTS, (other(), finding(9, Outcome.SKIPPED, version=VERSION))),
        (Reach.ESTATE, (other(outcome=Outcome.BREACHED, check="sla.timeOfAvailability", kind="timeOfAvailability"),)),
    ],
    ids=[
        "a part",
        "it failed",
        "all failed",
        "no period judged",
        "another object",
        "an older version",
        "skipped",
        "only told again that a period is not published",
    ],
)
def test_what_a_run_does_not_speak_of_is_gone_only_where_it_was_whole(
    reach: Reach, findings: tuple[Finding, ...]
) -> None:
    assert after(known(finding(8)), *findings, reach=reach)["departures_known"].told.is_open


def test_what_was_done_with_a_period_shows_that_it_was_judged_where_only_its_publishing_is_asked_for() -> None:
    late = other(check="sla.timeOfAvailability", kind="timeOfAvailability")
    done = Action(contract="flights", object="flight", period="2013-02-09", what=Done.PROMOTED)
    assert after(known(finding(8)), late, done=done)["departures_known"].step is Step.RETIRED


def test_a_standing_level_is_retired_by_any_run_of_its_object() -> None:
    turns = after(known(stale(8, period=None)), other(period=None))
    assert turns["sla.latency"].step is Step.RETIRED


@pytest.mark.parametrize("check", ["ledger", "promotion"])
def test_what_no_contract_asks_for_is_not_retired_since_a_run_may_go_without(check: str) -> None:
    assert after(known(finding(8, check=check, period=None)), other())[check].told.is_open


def test_a_held_period_keeps_the_incident_of_a_rule_that_is_gone_until_it_is_published() -> None:
    held = known(finding(8, on_breach=OnBreach.HOLD))
    turn = after(held, other())["departures_known"]
    assert turn.told.is_open
    published = Action(contract="flights", object="flight", period="2013-02-08", what=Done.PROMOTED)
    assert after({turn.told.key: turn.told}, other(), done=published)["departures_known"].step is Step.RETIRED


@pytest.mark.parametrize("outcome", [Outcome.BREACHED, Outcome.HOLDS, Outcome.FAILED])
def test_a_rule_that_is_only_observed_now_is_retired(outcome: Outcome) -> None:
    observed = finding(9, outcome, on_breach=OnBreach.NONE)
    turn = after(known(finding(8)), observed, reach=Reach.PART)["departures_known"]
    assert (turn.step, turn.told.ended_why) == (Step.RETIRED, "the contract only observes it now")
    failing = known(finding(8, Outcome.FAILED))
    assert after(failing, observed, reach=Reach.PART)["departures_known"].step is Step.RETIRED
    held = known(finding(8, on_breach=OnBreach.HOLD))
    assert after(held, observed, reach=Reach.PART)["departures_known"].told.is_open


def test_an_object_that_is_not_streamed_any_more_is_retired_although_it_holds_a_period() -> None:
    gone = known(finding(8, object="aircraft", on_breach=OnBreach.HOLD))
    assert after(gone, other(check="departures_known"))["departures_known"].step is Step.RETIRED


def test_a_contract_that_is_gone_is_retired_by_a_run_of_all_after_a_week() -> None:
    silent = SILENT.days + 1
    old = known(finding(28, contract="cargo"))
    assert after(old, other(), reach=Reach.OBJECTS, days=silent)["departures_known"].told.is_open
    assert after(old, other(), reach=Reach.ESTATE, days=0)["departures_known"].told.is_open
    turn = after(old, other(), reach=Reach.ESTATE, days=silent)["departures_known"]
    assert (turn.step, turn.told.ended_why) == (Step.RETIRED, "the contract is gone")


def test_segments_of_a_rule_that_is_parted_in_another_way_are_retired() -> None:
    (described,) = (one for one in flights().objects if one.name == "flight")
    rule = next(one for one in described.quality if one.id == "departures_known")
    parted = replace(described, quality=(replace(rule, segment_by=("carrier",)),))
    contracts = {"flights": replace(flights(), objects=(parted,))}
    for names, is_open in ((("carrier",), True), (("origin",), False)):
        before = known(finding(8, segment=tuple((name, "UA") for name in names)))
        (key,) = before
        summary = finding(9, Outcome.SKIPPED, version=VERSION)
        turns = settle(
            Run(findings=(summary,), reach=Reach.OBJECTS),
            before,
            replace(around(contracts), gone=unspoken(Run(findings=(summary,), reach=Reach.OBJECTS), contracts, NOW)),
        )
        assert next(turn for turn in turns if turn.told.key == key).told.is_open is is_open


def test_what_was_retired_opens_anew_when_it_is_breached_again() -> None:
    turn = after(known(finding(8)), other())["departures_known"]
    again = after({turn.told.key: turn.told}, finding(10, version=VERSION))["departures_known"]
    assert (again.step, again.told.ended_why) == (Step.OPENED, "")
