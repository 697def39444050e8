"""The ledger finds every planted fault, and only those."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sluice.ledger.balance import Balance, Extent, Partition, balance, proven, sentence
from sluice.ledger.runs import Run, count, doubled, gaps, runs_of

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("balances.yaml").read_text())
RAW = Partition(topic="a.raw", number=0)


def balanced(case: dict[str, Any]) -> Balance:
    first, end = case["extent"]
    return balance(RAW, Extent(first=first, end=end), case["offsets"])


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
