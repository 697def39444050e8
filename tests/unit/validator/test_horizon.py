"""From where on the outputs can answer, as a table."""

from collections.abc import Sequence

import pytest

from validator.horizon import APART_MS, CameOut, Carried, Kept, horizon

FIRST = 5
WHOLE = Carried(kept=Kept.WHOLE, oldest=10, since_ms=0)
UNTOUCHED = Carried(kept=Kept.WHOLE)
EMPTIED = Carried(kept=Kept.EXPIRED)
COMPACTED = Carried(kept=Kept.COMPACTED, oldest=10, since_ms=0)


def from_(oldest: int) -> Carried:
    return Carried(kept=Kept.EXPIRED, oldest=oldest, since_ms=10 * oldest)


def of_others(since_ms: int) -> Carried:
    return Carried(kept=Kept.EXPIRED, since_ms=since_ms)


def came_out(*offsets: int) -> CameOut:
    """Each judged a minute after the one before it."""
    return CameOut(offsets=offsets, judged_at_ms=[offset * APART_MS for offset in offsets])


SEEN = (90, 10, 40)
ROWS: dict[str, tuple[Sequence[Carried], Sequence[int], int, int]] = {
    "all is there": ((WHOLE, WHOLE), SEEN, 0, FIRST),
    "nothing came out": ((UNTOUCHED, UNTOUCHED), (), 0, FIRST),
    "nothing came out, whatever the group was told": ((UNTOUCHED, UNTOUCHED), (), 70, FIRST),
    "one has expired": ((from_(40), WHOLE), SEEN, 0, 40),
    "both have expired": ((from_(40), from_(60)), SEEN, 0, 60),
    "it has expired less than the raw topic": ((from_(3), from_(4)), SEEN, 0, FIRST),
    "two partitions of one output carry it": ((from_(40), from_(55), WHOLE), SEEN, 0, 55),
    "an emptied one answers for nothing": ((EMPTIED, WHOLE), SEEN, 0, 90),
    "one of other records answers for what was judged since": ((of_others(40 * APART_MS), WHOLE), SEEN, 0, 40),
    "its clock may be a minute off": ((of_others(39 * APART_MS), WHOLE), SEEN, 0, 40),
    "one of other records that are older": ((of_others(3 * APART_MS), WHOLE), SEEN, 0, FIRST),
    "the worst of them counts": ((of_others(9 * APART_MS), of_others(60 * APART_MS), from_(20)), SEEN, 0, 40),
    "all has expired, and the group was told": ((EMPTIED, EMPTIED), (), 70, 70),
    "all has expired but of others, and the group was told": ((of_others(900), EMPTIED), (), 70, 70),
    "a compacted one answers for its newest": ((COMPACTED, WHOLE), SEEN, 0, 90),
    "a compacted one that was never written": ((UNTOUCHED, WHOLE), SEEN, 0, FIRST),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_is_gone_from_an_output_is_not_missing(name: str) -> None:
    outputs, offsets, judged_to, asked_from = ROWS[name]
    assert horizon(FIRST, came_out(*offsets), outputs, judged_to=judged_to) == asked_from
