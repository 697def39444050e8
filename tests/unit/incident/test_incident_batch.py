"""One run against all that is known: what is told of it, once, and in which order."""

from dataclasses import replace
from typing import Any

from sluice.finding.action import Action, Done
from sluice.finding.model import Finding, OnBreach, Outcome, Severity
from sluice.finding.run import Run
from sluice.incident.batch import settle
from sluice.incident.compose import LINES_MAX, Turn, for_consumers, for_owners
from sluice.incident.decide import Step, acknowledge
from sluice.incident.key import Key
from sluice.incident.notice import Recurrence
from sluice.incident.policy import Policy, Share
from sluice.incident.told import State, Told
from tests.unit.alerting.notices import around, breach, stale, tails, talk
from tests.unit.incident.findings import NOW, finding, flights, window

CONTRACTS = {"flights": flights()}


def settled(
    *findings: Finding,
    done: Action | None = None,
    known: dict[Key, Told] | None = None,
    policy: Policy | None = None,
) -> tuple[Turn, ...]:
    run = Run(findings=findings, actions=(done,) if done else ())
    return settle(run, known or {}, around(CONTRACTS, policy or Policy()))


def test_windows_are_judged_oldest_first_however_they_come() -> None:
    outcomes = {8: Outcome.BREACHED, 9: Outcome.HOLDS, 10: Outcome.HOLDS}
    findings = [finding(day, outcome) for day, outcome in outcomes.items()]
    assert settled(*findings) == settled(*reversed(findings))


def test_what_opens_and_resolves_within_one_run_is_told_once_as_resolved() -> None:
    (turn,) = settled(finding(8), finding(9, Outcome.HOLDS), finding(10, Outcome.HOLDS))
    assert (turn.step, turn.told.opened_at, turn.told.resolved_at) == (Step.RESOLVED, NOW, NOW)


def test_what_opens_and_goes_on_within_one_run_is_told_as_opened() -> None:
    (turn,) = settled(finding(8), finding(9))
    assert (turn.step, turn.quiet, turn.told.breaches) == (Step.OPENED, False, 2)


def test_a_period_that_is_published_in_the_same_run_holds_nothing() -> None:
    published = Action(contract="flights", object="flight", period="2013-02-08", what=Done.PROMOTED)
    held = finding(8, on_breach=OnBreach.HOLD)
    (turn,) = settled(held, finding(9, Outcome.HOLDS), finding(10, Outcome.HOLDS), done=published)
    assert turn.step is Step.RESOLVED


def test_a_policy_counts_for_the_end_too() -> None:
    published = Action(contract="flights", object="flight", period="2013-02-08", what=Done.PROMOTED)
    known = {
        turn.told.key: turn.told for turn in settled(finding(8, on_breach=OnBreach.HOLD), finding(9, Outcome.HOLDS))
    }
    assert settled(done=published, known=known)[0].step is Step.NOTHING
    assert settled(done=published, known=known, policy=Policy(closes=Share(1, 1)))[0].step is Step.RESOLVED


def carrier(day: int, name: str | None, outcome: Outcome = Outcome.BREACHED, **changed: Any) -> Finding:
    segment = (("carrier", name),) if name else ()
    return finding(day, outcome, check="tails", segment=segment, **changed)


def rest(day: int, *names: str, outcome: Outcome = Outcome.HOLDS, **changed: Any) -> Finding:
    """The finding on all that are not told one by one, which names those that hold."""
    held = tuple((("carrier", name),) for name in names)
    return carrier(day, None, outcome, observed=None, holding=held, **changed)


def test_the_segments_that_a_summary_names_hold() -> None:
    sums = [rest(8), *(rest(day, "AA") for day in range(9, 12))]
    bad = [carrier(8, "AA"), carrier(8, "UA"), carrier(9, "UA"), carrier(10, "UA"), carrier(11, "UA")]
    turns = {dict(turn.told.key.segment).get("carrier"): turn for turn in settled(*sums, *bad)}
    assert (turns["AA"].step, turns["UA"].step, turns[None].step) == (Step.RESOLVED, Step.OPENED, Step.NOTHING)
    assert turns["UA"].told.breaches == 4


def test_a_segment_without_rows_or_that_nobody_could_judge_stays_open_although_the_others_hold() -> None:
    known = {turn.told.key: turn.told for turn in settled(carrier(8, "AA"))}
    turns = settled(*(rest(day, "UA", "DL") for day in range(9, 20)), known=known)
    assert [turn.told.is_open for turn in turns if turn.told.key.segment] == [True]


def test_a_summary_that_is_breached_by_what_was_cut_speaks_for_those_that_it_names() -> None:
    known = {turn.told.key: turn.told for turn in settled(carrier(8, "AA"), carrier(8, "UA"))}
    turns = settled(*(rest(day, "AA", outcome=Outcome.BREACHED) for day in (9, 10)), known=known)
    steps = {dict(turn.told.key.segment).get("carrier"): turn.step for turn in turns}
    assert steps == {"AA": Step.RESOLVED, "UA": Step.NOTHING, None: Step.OPENED}


def test_a_summary_speaks_for_classified_segments_too() -> None:
    known = {turn.told.key: turn.told for turn in settled(tails(8, "N1"), tails(8, "N2"))}
    held = ((("carrier", "UA"), ("tailnum", "N1")),)
    turns = settled(*(tails(day, segment=(), outcome=Outcome.HOLDS, holding=held) for day in (9, 10)), known=known)
    assert sorted(turn.step for turn in turns if turn.told.key.segment) == [Step.NOTHING, Step.RESOLVED]


def test_a_month_in_one_run_comes_to_the_same_as_a_month_day_by_day() -> None:
    bad = {5, 8, 9, 20}
    everything = [carrier(day, "9E") for day in bad] + [
        rest(day, *(() if day in bad else ("9E",))) for day in range(1, 29)
    ]
    known: dict[Key, Told] = {}
    for day in range(1, 29):
        today = [one for one in everything if one.period == f"2013-02-{day:02}"]
        known = {turn.told.key: turn.told for turn in settled(*today, known=known)}
    at_once = {turn.told.key: turn.told for turn in settled(*everything)}
    assert at_once == known


def test_a_segment_that_is_judged_again_and_holds_is_over() -> None:
    policy = Policy(closes=Share(1, 1))
    known = {turn.told.key: turn.told for turn in settled(carrier(8, "AA"), policy=policy)}
    turns = settled(rest(8, "AA", revision=2), known=known, policy=policy)
    assert [turn.step for turn in turns if turn.told.key.segment] == [Step.RESOLVED]


def test_segments_that_nobody_could_judge_stay_as_they_are() -> None:
    known = {turn.told.key: turn.told for turn in settled(carrier(8, "AA"))}
    turns = settled(*(carrier(day, None, Outcome.SKIPPED) for day in (9, 10)), known=known)
    assert [turn.told.is_open for turn in turns if turn.told.key.segment] == [True]


def test_a_failure_and_a_breach_of_one_check_are_two_incidents() -> None:
    turns = settled(finding(8), finding(9, Outcome.FAILED, reason="the query cannot be run"))
    assert [turn.step for turn in turns if turn.told.last] == [Step.OPENED, Step.OPENED]
    notice = for_owners(talk(finding(9, Outcome.FAILED, reason="the query cannot be run")))
    assert notice is not None
    assert notice.headline == "flights: flight.departures_known cannot be judged"
    assert notice.lines[0].observed == "12.5 percent"


def test_a_new_major_version_re_baselines() -> None:
    known = {turn.told.key: turn.told for turn in settled(breach(8), tails(8))}
    turns = settled(breach(9, version="2.0.0", outcome=Outcome.HOLDS), known=known)
    assert sorted(turn.step for turn in turns) == [Step.NOTHING, Step.SUPERSEDED, Step.SUPERSEDED]


def test_lines_have_a_bound_and_say_how_many_more_there_are() -> None:
    many = [tails(segment=(("carrier", f"C{number}"),)) for number in range(LINES_MAX + 7)]
    notice = for_owners(talk(*many))
    assert notice is not None
    assert (len(notice.lines), notice.more) == (LINES_MAX, 7)


def test_the_key_of_a_notice_is_what_happened_and_to_whom_it_is_told() -> None:
    one, other = talk(breach()), talk(breach(9))
    assert for_owners(one) == for_owners(talk(breach()))
    keys = {
        notice.key for notice in (for_owners(one), for_owners(other), for_consumers(one, flights().consumers)) if notice
    }
    assert len(keys) == 3
    later = for_owners(replace(one, now=NOW.replace(year=2014)))
    first = for_owners(one)
    assert later is not None
    assert first is not None
    assert later.key == first.key


def test_it_says_whether_it_is_new() -> None:
    def told(*findings: Finding) -> Recurrence:
        notice = for_owners(talk(*findings))
        assert notice is not None
        return notice.lines[0].recurrence

    assert told(stale()) is Recurrence.FIRST
    assert told(stale(8), stale(9)) is Recurrence.REPEATED
    days = [stale(day, outcome=Outcome.HOLDS if day % 3 else Outcome.BREACHED) for day in range(3, 11)]
    assert told(*days) is Recurrence.FLAPPING


def test_nothing_is_told_where_nothing_happened_or_nobody_is_concerned() -> None:
    assert for_owners(talk(breach(outcome=Outcome.HOLDS))) is None
    assert for_consumers(talk(tails()), flights().consumers[:1]) is None


def crowd(number: int, **changed: Any) -> tuple[Finding, ...]:
    return tuple(tails(segment=(("carrier", f"C{at:02}"),), **changed) for at in range(number))


def test_a_new_incident_behind_many_open_ones_is_shown_first() -> None:
    before = {turn.told.key: turn.told for turn in talk(stale(), *crowd(LINES_MAX)).turns}
    again = (stale(9), *crowd(LINES_MAX, window=window(9), period="2013-02-09"))
    notice = for_owners(talk(*again, tails(9, check="zone_known", segment=()), known=before))
    assert notice is not None
    assert (notice.lines[0].check, notice.lines[0].step) == ("zone_known", Step.OPENED)
    assert (len(notice.lines), notice.more) == (LINES_MAX, 2)
    assert not notice.quiet


def test_how_grave_it_is_and_whether_somebody_has_it_is_said_of_all_and_not_of_those_shown() -> None:
    many = talk(*(replace(one, severity=Severity.INFO) for one in crowd(LINES_MAX + 1)), breach())
    taken = tuple(
        replace(turn, told=acknowledge(turn.told, "ada", NOW)) if turn.told.key.segment else turn for turn in many.turns
    )
    late = tuple(turn if turn.told.key.segment else replace(turn, step=Step.NOTHING) for turn in taken)
    notice = for_owners(replace(many, turns=late))
    assert notice is not None
    assert {line.state for line in notice.lines} == {State.ACKNOWLEDGED}
    assert (notice.severity, notice.acknowledged) == (Severity.ERROR, False)
    everybody = tuple(replace(turn, told=acknowledge(turn.told, "ada", NOW)) for turn in many.turns)
    assert for_owners(replace(many, turns=everybody)).acknowledged  # type: ignore[union-attr] - it is one, as above


def test_what_is_over_is_never_the_headline_of_what_is_open() -> None:
    before = {turn.told.key: turn.told for turn in talk(stale(), tails()).turns}
    good = [stale(day, outcome=Outcome.HOLDS) for day in (9, 10)]
    notice = for_owners(talk(*good, known=before))
    assert notice is not None
    assert [line.step for line in notice.lines] == [Step.RESOLVED, Step.NOTHING]
    assert "tail_numbers_known" in notice.headline
    assert notice.severity is Severity.WARNING
