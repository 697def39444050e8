"""Stretches of a partition are read each once, whatever a seek delivers again."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from connections.reading import Left
from sluice.ledger.runs import runs_of


@given(
    st.sets(st.integers(0, 60), min_size=1),
    st.sets(st.integers(0, 60)),
    st.integers(1, 20),
)
def test_each_record_of_the_stretches_is_taken_once(asked: set[int], records: set[int], batch: int) -> None:
    left = Left(deque(runs_of(asked)))
    taken: list[int] = []
    position = left.next
    while not left.ended and (delivered := [offset for offset in sorted(records) if offset >= position][:batch]):
        position = delivered[-1] + 1
        for offset in delivered:
            if left.takes(offset):
                taken.append(offset)
            if left.jumps and not left.ended:  # the rest of this batch comes all the same, and may come again
                left.jumps = False
                position = left.next
    assert taken == sorted(asked & records)
