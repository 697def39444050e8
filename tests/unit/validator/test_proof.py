"""What was read of a raw partition is known, and only what is not known is read."""

from hypothesis import given
from hypothesis import strategies as st

from sluice.ledger.runs import Run, runs_of
from validator.proof import CLOSE, Proof


def test_only_what_was_not_read_is_read() -> None:
    proof = Proof()
    assert proof.unread([Run(10, 19)]) == (Run(10, 19),)
    proof.learn([Run(10, 19)], [12, 13])
    assert proof.unread([Run(10, 19)]) == ()
    assert proof.unread([Run(5, 24)]) == (Run(5, 24),)
    assert proof.unread([Run(12, 24)]) == (Run(20, 24),)


def test_a_gap_after_each_transaction_is_one_range_to_read_and_not_a_thousand() -> None:
    markers = [Run(at, at) for at in range(9, 10_000, 10)]
    assert Proof().unread(markers) == (Run(9, 9999),)


def test_runs_far_from_one_another_are_read_by_themselves() -> None:
    far = (Run(0, 4), Run(5 + CLOSE, 6 + CLOSE))
    assert Proof().unread(far) == far


@given(st.lists(st.sets(st.integers(0, 60)), max_size=4), st.sets(st.integers(0, 60)))
def test_after_reading_all_is_known_as_the_partition_holds_it(looks: list[set[int]], records: set[int]) -> None:
    proof = Proof()
    for look in looks:
        read = proof.unread(runs_of(look))
        proof.learn(read, [at for run in read for at in range(run.first, run.last + 1) if at in records])
        assert proof.unread(runs_of(look)) == ()
        for run in runs_of(look):
            assert list(proof.held(run)) == sorted(records & set(range(run.first, run.last + 1)))
