"""Sets of offsets in arrays are the sets that they are, and an account of them forgets nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sluice.ledger.account import Account, Looked, Reach, learned, line, to_ask
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets, repeated
from sluice.ledger.runs import gaps, runs_of

few = st.sets(st.integers(0, 60))
many = st.lists(st.integers(0, 60))
RAW = Partition(topic="a.raw", number=0)


def inside(offsets: Offsets) -> set[int]:
    return {offset for run in offsets.runs() for offset in range(run.first, run.last + 1)}


@given(few, few)
def test_they_are_joined_cut_and_taken_away_as_sets(one: set[int], other: set[int]) -> None:
    mine, theirs = Offsets.of(one), Offsets.of(other)
    assert mine | theirs == Offsets.of(one | other)
    assert mine & theirs == Offsets.of(one & other)
    assert mine - theirs == Offsets.of(one - other)
    assert len(mine) == len(one)
    assert bool(mine) == bool(one)


@given(many, st.integers(0, 70), st.integers(0, 70))
def test_runs_and_gaps_are_those_of_plain_python(offsets: list[int], first: int, end: int) -> None:
    mine = Offsets.of(offsets)
    assert mine.runs() == runs_of(offsets)
    assert mine.gaps(first, end).runs() == gaps(runs_of(offsets), first, end)
    assert inside(mine.within(first, end)) == {each for each in offsets if first <= each < end}
    assert mine.through(first) == next(each for each in range(first, 200) if each not in set(offsets))
    assert inside(repeated(offsets)) == {each for each in offsets if offsets.count(each) > 1}


@given(many, many)
def test_they_are_made_of_runs_in_any_order(one: list[int], other: list[int]) -> None:
    assert Offsets.of_runs([*runs_of(one), *runs_of(other)]) == Offsets.of([*one, *other])


@given(many)
def test_what_is_written_is_read_again(offsets: list[int]) -> None:
    assert Offsets.of_text(Offsets.of(offsets).text()) == Offsets.of(offsets)


@given(st.lists(many, max_size=4), few, st.integers(0, 60), st.integers(0, 60))
def test_an_account_tells_the_same_in_whatever_parts_offsets_come(
    parts: list[list[int]], records: set[int], first: int, due: int
) -> None:
    everything = [offset for part in parts for offset in part]
    account = Account(start=0)
    for part in parts:
        account = account.entered(np.array(part, np.int64))
    asked = to_ask(account, due, Reach(first=first, stable=61, high=61))
    assert inside(asked) == {each for each in range(first, due) if each not in everything}
    account = learned(account, Looked(at=asked, held=asked & Offsets.of(records)))
    found = line(RAW, account, due, 61)
    unseen = set(range(due)) - set(everything)
    assert inside(found.doubled) == {each for each in everything if everything.count(each) > 1}
    assert inside(found.missing) == {each for each in unseen if each >= first and each in records}
    assert inside(found.unproven) == {each for each in unseen if each < first}
    assert found.stray == Offsets()


def test_a_loss_that_turns_up_is_none_any_more() -> None:
    account = learned(Account(start=0), Looked(at=Offsets.between(0, 5), held=Offsets.of([3])))
    assert line(RAW, account, 5, 5).missing == Offsets.of([3])
    found = line(RAW, account.entered(np.array([3], np.int64)), 5, 5)
    assert (found.holds, found.through) == (True, 5)


def test_what_holds_no_record_and_is_seen_all_the_same_came_twice() -> None:
    account = Account(start=0).empty(Offsets.between(0, 3)).entered(np.array([1], np.int64))
    assert line(RAW, account, 3, 3).doubled == Offsets.of([1])


def test_what_lies_beyond_the_end_is_stray() -> None:
    found = line(RAW, Account(start=0).entered(np.array([0, 1, 7], np.int64)), 2, 2)
    assert (found.stray, found.holds) == (Offsets.of([7]), False)
