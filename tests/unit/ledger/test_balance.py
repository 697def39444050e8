"""The ledger finds every planted fault, and only those."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sluice.ledger.balance import Balance, Extent, Partition, balance, expired, proven, sentence
from sluice.ledger.runs import Run, both, count, doubled, gaps, runs_of, without

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("balances.yaml").read_text())
RAW = Partition(topic="a.raw", number=0)


def balanced(case: dict[str, Any]) -> Balance:
    first, end = case["extent"]
    return balance(RAW, Extent(first=first, end=end), case["offsets"], judged_to=case.get("judged_to", 0))


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_balanced_as_its_row_says(name: str) -> None:
    case = CASES[name]
    found = balanced(case)
    told = {
        "missing": [str(run) for run in found.missing],
        "waiting": [str(run) for run in found.waiting],
        "doubled": list(found.doubled),
        "unexpected": [str(run) for run in found.unexpected],
        "through": found.through,
        "resume_at": found.resume_at,
        "left_out": [str(run) for run in found.seen_after_resume],
    }
    expected = {"missing": [], "waiting": [], "doubled": [], "unexpected": [], "left_out": []} | case
    assert told == {key: expected[key] for key in told}
    assert found.holds == (not (found.missing or found.doubled or found.unexpected))


@given(st.lists(st.integers(0, 60)))
def test_runs_hold_the_same_offsets_and_gaps_hold_the_rest(offsets: list[int]) -> None:
    runs = runs_of(offsets)
    inside = {offset for run in runs for offset in range(run.first, run.last + 1)}
    outside = {offset for run in gaps(runs, 0, 61) for offset in range(run.first, run.last + 1)}
    assert inside == set(offsets)
    assert outside == set(range(61)) - inside
    assert count(runs) == len(set(offsets))


@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_two_rows_of_runs_are_compared_as_the_sets_that_they_are(one: set[int], other: set[int]) -> None:
    assert both(runs_of(one), runs_of(other)) == runs_of(one & other)
    assert without(runs_of(one), runs_of(other)) == runs_of(one - other)


@given(st.lists(st.integers(0, 40)))
def test_an_offset_is_doubled_where_it_comes_more_than_once(offsets: list[int]) -> None:
    assert doubled(offsets) == tuple(sorted({offset for offset in offsets if offsets.count(offset) > 1}))


@given(st.sets(st.integers(0, 50)), st.integers(0, 51))
def test_a_judge_that_resumes_as_told_judges_each_record_exactly_once(before: set[int], end: int) -> None:
    extent = Extent(first=0, end=end)
    found = balance(RAW, extent, sorted(before))
    left_out = {offset for run in found.seen_after_resume for offset in range(run.first, run.last + 1)}
    again = [offset for offset in range(found.resume_at, end) if offset not in left_out]
    after = balance(RAW, extent, [offset for offset in before if offset < end] + again)
    assert after.complete


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)), st.integers(0, 51), st.integers(0, 51))
def test_records_among_markers_are_each_judged_once(before: set[int], markers: set[int], to: int, end: int) -> None:
    extent = Extent(first=0, end=end)
    records = set(range(end)) - markers
    opened = balance(RAW, extent, sorted(before & records), judged_to=to)
    found = proven(opened, {run: inside(run) & records for run in (*opened.missing, *opened.waiting)})
    left_out = {offset for run in found.seen_after_resume for offset in inside(run)}
    again = {offset for offset in range(found.resume_at, end) if offset not in left_out} & records
    assert again == records - before
    assert len(found.seen_after_resume) <= len(found.missing)


def test_transactions_that_came_out_are_one_run_to_leave_out() -> None:
    markers = range(9, 10_000, 10)
    opened = balance(RAW, Extent(first=0, end=10_000), [at for at in range(20, 10_000) if at % 10 != 9])
    found = proven(opened, {run: inside(run) - set(markers) for run in opened.missing})
    assert found.missing == (Run(0, 8), Run(10, 18))
    assert found.seen_after_resume == (Run(20, 9998),)


EXPIRED = {
    "nothing has expired": ([0, 1, 2], 0, 0, []),
    "all that has expired was judged": ([0, 1, 2, 3], 0, 3, []),
    "the end came too late": ([0, 1, 2], 0, 9, ["3..8"]),
    "it lagged behind, and came back": ([0, 1, 2, 7, 8], 0, 8, ["3..6"]),
    "a single offset between two is a marker more often than a record": ([0, 2, 3], 0, 4, []),
    "a single offset at the end may be the last record": ([0, 1, 2], 0, 4, ["3"]),
    "what the outputs forgot is not asked about": ([4, 5], 4, 6, []),
    "nothing came out": ([], 3, 6, ["3..5"]),
}


@pytest.mark.parametrize("name", EXPIRED)
def test_what_expired_before_it_was_judged_is_told(name: str) -> None:
    offsets, asked_from, first, told = EXPIRED[name]
    assert [str(run) for run in expired(offsets, asked_from, first)] == told


def inside(run: Run) -> set[int]:
    return set(range(run.first, run.last + 1))


def test_an_open_run_that_holds_no_record_is_not_missing() -> None:
    found = balance(RAW, Extent(first=0, end=10), [0, 1, 4, 5])
    looked_up = proven(found, {Run(2, 3): (), Run(6, 9): (7,)})
    assert looked_up.missing == ()
    assert looked_up.waiting == (Run(7, 7),)
    assert looked_up.holds
    assert not looked_up.complete


def test_what_was_not_looked_up_stays_missing() -> None:
    found = balance(RAW, Extent(first=0, end=5), [0, 4])
    assert proven(found, {}).missing == (Run(1, 3),)


def test_the_sentence_names_what_is_wrong() -> None:
    good = balance(RAW, Extent(first=0, end=3), [0, 1, 2])
    bad = balance(RAW, Extent(first=0, end=5), [0, 3, 3])
    assert sentence([good]) == "3 of 3 raw records judged exactly once"
    assert sentence([good, bad]) == "5 of 8 raw records judged; 2 missing, 1 twice, 1 waiting"
