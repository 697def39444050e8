"""What becomes of findings, case by case: the table is incidents.yaml."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from sluice.finding.action import Action, Done
from sluice.finding.model import OnBreach, Outcome, Window
from sluice.incident.decide import Step, acknowledge, decide, release, supersede
from sluice.incident.key import Aspect, key_of
from sluice.incident.policy import Policy, Share
from sluice.incident.told import RECENT_MAX, State, Told
from tests.unit.incident.findings import NOW, finding

CASES = yaml.safe_load(Path(__file__).with_name("incidents.yaml").read_text("utf-8"))
POLICY = Policy()
DAY = timedelta(days=1)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_life_goes_as_the_table_says(case: dict[str, Any]) -> None:
    policy = Policy(opens=Share.parse(case.get("opens", "1of1")), closes=Share.parse(case.get("closes", "2of2")))
    on_breach = OnBreach(case.get("breach", "warn"))
    told = Told(key=key_of(finding(), Aspect(case.get("aspect", "breach"))))
    for run, (day, what, expected, *more) in enumerate(case["windows"]):
        now = NOW + timedelta(days=run)
        if what == "promoted":
            action = Action(contract="flights", object="flight", period=f"2013-02-{day:02}", what=Done.PROMOTED)
            decision = release(action, told, now, policy)
        else:
            seen = finding(day, Outcome(what), on_breach=on_breach, **(more[0] if more else {}))
            decision = decide(seen, told, now, policy)
        assert decision.step == expected, f"day {day}, {what}: {decision.reason}"
        assert decision.reason
        told = decision.told


def test_what_opens_knows_since_when_and_where_it_was_ready() -> None:
    policy = Policy(opens=Share(2, 3))
    first = decide(finding(3), Told(key=key_of(finding())), NOW, policy)
    opened = decide(finding(4, ready_at=NOW - timedelta(hours=2)), first.told, NOW, policy).told
    assert (opened.since, opened.breaches) == (finding(3).window.start, 2)
    assert (opened.opened_at, opened.ready_at) == (NOW, NOW - timedelta(hours=2))
    assert opened.last == finding(4, ready_at=NOW - timedelta(hours=2))


def test_the_same_finding_memory_and_time_give_the_same_decision() -> None:
    told = Told(key=key_of(finding()))
    assert decide(finding(), told, NOW, POLICY) == decide(finding(), told, NOW, POLICY)


def test_a_breach_that_goes_on_is_told_again_once_a_day() -> None:
    told = decide(finding(1), Told(key=key_of(finding())), NOW, POLICY).told
    soon = decide(finding(2), told, NOW + timedelta(hours=1), POLICY)
    assert (soon.step, soon.quiet) == (Step.REPEATED, True)
    later = decide(finding(3), soon.told, NOW + timedelta(days=1), POLICY)
    assert (later.step, later.quiet) == (Step.REPEATED, False)
    after = decide(finding(4), later.told, NOW + timedelta(days=1, hours=1), POLICY)
    assert after.quiet


def test_what_was_told_a_moment_ago_is_not_told_again() -> None:
    told = decide(finding(1), Told(key=key_of(finding())), NOW, POLICY).told
    soon = decide(finding(2), told, NOW + timedelta(minutes=1), POLICY)
    assert (soon.step, soon.told.breaches) == (Step.NOTHING, 2)


def test_another_held_period_is_told_at_once() -> None:
    told = decide(finding(1, on_breach=OnBreach.HOLD), Told(key=key_of(finding())), NOW, POLICY).told
    assert not decide(finding(2, on_breach=OnBreach.HOLD), told, NOW, POLICY).quiet


def test_what_somebody_has_interrupts_nobody() -> None:
    told = decide(finding(1, on_breach=OnBreach.HOLD), Told(key=key_of(finding())), NOW, POLICY).told
    mine = acknowledge(told, "ada", NOW)
    assert (mine.state, mine.acknowledged_by) == (State.ACKNOWLEDGED, "ada")
    assert decide(finding(2, on_breach=OnBreach.HOLD), mine, NOW + timedelta(days=5), POLICY).quiet
    assert acknowledge(mine, "bob", NOW) == mine


def test_nobody_acknowledges_what_is_over() -> None:
    told = Told(key=key_of(finding()))
    assert acknowledge(told, "ada", NOW) == told


def test_a_new_major_version_ends_the_incidents_of_the_old() -> None:
    told = decide(finding(1, on_breach=OnBreach.HOLD), Told(key=key_of(finding())), NOW, POLICY).told
    decision = supersede(told, 2, NOW)
    assert (decision.step, decision.told.state, decision.told.held) == (Step.SUPERSEDED, State.RESOLVED, ())
    assert supersede(told, 1, NOW).step is Step.NOTHING
    assert supersede(decision.told, 2, NOW).step is Step.NOTHING


def test_a_major_version_is_part_of_the_key_and_a_period_is_not() -> None:
    assert key_of(finding(1)) == key_of(finding(2))
    assert key_of(finding(1)).digest != key_of(finding(1, version="2.0.0")).digest
    assert key_of(finding(1)).digest == key_of(finding(1, version="1.7.0")).digest
    assert key_of(finding(1)).digest != key_of(finding(1, segment=(("carrier", "UA"),))).digest
    assert key_of(finding(1)).digest != key_of(finding(1, object="other")).digest


def test_it_is_told_as_flapping_after_three_openings() -> None:
    told, policy = Told(key=key_of(finding())), Policy(closes=Share(1, 1))
    for day in range(1, 6):
        outcome = Outcome.BREACHED if day % 2 else Outcome.HOLDS
        told = decide(finding(day, outcome), told, NOW + timedelta(days=day), policy).told
    at = NOW + timedelta(days=5)
    assert told.flapping(at, policy.flaps, policy.flap_span)
    assert not told.flapping(at + policy.flap_span, policy.flaps, policy.flap_span)


def test_what_is_remembered_has_a_bound() -> None:
    told = Told(key=key_of(finding()))
    for day in range(RECENT_MAX + 20):
        seen = finding(1, Outcome.HOLDS)
        shift = timedelta(days=day)
        moved = replace(seen.window, start=seen.window.start + shift, end=seen.window.end + shift)
        told = decide(replace(seen, window=moved), told, NOW, POLICY).told
    assert len(told.recent) == RECENT_MAX
    assert decide(finding(2), told, NOW, POLICY).reason == "the window is older than what is remembered"


@pytest.mark.parametrize("text", ["", "0of3", "4of3", "2 of 3", "2of99", "x"])
def test_a_share_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write 2of3"):
        Share.parse(text)


def test_a_held_period_that_is_judged_anew_is_let_go_however_many_windows_came_since() -> None:
    told = decide(finding(1, on_breach=OnBreach.HOLD), Told(key=key_of(finding())), NOW, POLICY).told
    for number in range(1, RECENT_MAX + 2):
        begin = finding(1).window.start + timedelta(days=number)
        good = finding(1, Outcome.HOLDS, period=f"later-{number}", window=Window(start=begin, end=begin + DAY))
        told = decide(good, told, NOW, POLICY).told
    assert told.held == ("2013-02-01",)
    decision = decide(finding(1, Outcome.HOLDS, revision=2, on_breach=OnBreach.HOLD), told, NOW, POLICY)
    assert (decision.step, decision.told.held) == (Step.RESOLVED, ())
