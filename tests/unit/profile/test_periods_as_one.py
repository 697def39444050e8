"""The profiles of several periods as one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sluice.profile.model import (
    ALL,
    ArrivalCounts,
    Arrivals,
    Duplicates,
    Edges,
    Histogram,
    Period,
    PeriodProfile,
    Profile,
    ReferenceCounts,
)
from sluice.profile.periods import Unmergeable, merge_periods

START = datetime(2013, 2, 8, 5, tzinfo=UTC)
EDGES = Edges(cuts=(1.0,), low=0, high=2, mean=1, deviation=1)


def day(number: int, **changes: object) -> PeriodProfile:
    start = START + timedelta(days=number)
    whole = PeriodProfile(
        contract="flights",
        version="1.9.0",
        object="flight",
        period=Period(label=f"{start:%Y-%m-%d}", start=start, end=start + timedelta(days=1)),
        slices={ALL: Profile(rows=number + 1)},
        duplicates={("id",): Duplicates(rows=10, duplicated=1, incomplete=2)},
        histograms={"drift": Histogram(edges=EDGES, counts=(1, 2), nulls=3)},
        references={"known": ReferenceCounts(known=1, unknown=2, nulls=3)},
        scalars={"sql": 1.0},
        arrivals=Arrivals(hours={START: ArrivalCounts(valid=1, control=2, invalid_first=3, invalid_replayed=4)}),
    )
    return replace(whole, **changes)


def test_periods_add_up_in_every_order() -> None:
    a, b, c = day(0), day(1, version="1.10.0"), day(2, arrivals=None)
    whole = merge_periods((a, b, c))
    assert whole == merge_periods((merge_periods((c, a)), b)) == merge_periods((a, merge_periods((b, c))))
    assert whole == PeriodProfile(
        contract="flights",
        version="1.10.0",
        object="flight",
        period=Period(label="2013-02-08..2013-02-10", start=START, end=START + timedelta(days=3)),
        slices={ALL: Profile(rows=6)},
        duplicates={("id",): Duplicates(rows=30, duplicated=3, incomplete=6)},
        histograms={"drift": Histogram(edges=EDGES, counts=(3, 6), nulls=9)},
        references={"known": ReferenceCounts(known=3, unknown=6, nulls=9)},
        arrivals=Arrivals(hours={START: ArrivalCounts(valid=2, control=4, invalid_first=6, invalid_replayed=8)}),
    )
    assert whole.total.rows == 6


def test_one_period_alone_stays_what_it_is() -> None:
    assert merge_periods((day(0),)) == day(0)
    files = merge_periods((day(0, scalars={}), day(0, scalars={})))
    assert files.period == day(0).period


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ((), "there is none"),
        ((day(0), day(0, contract="planes")), "flights flight, planes flight"),
        ((day(0), day(1, histograms={"drift": Histogram(edges=replace(EDGES, low=-1), counts=(1, 1))})), "other bins"),
    ],
)
def test_what_is_not_of_one_thing_is_not_merged(parts: tuple[PeriodProfile, ...], sentence: str) -> None:
    with pytest.raises(Unmergeable, match=sentence):
        merge_periods(parts)


def test_a_period_without_rows_has_an_empty_total() -> None:
    assert day(0, slices={}).total == Profile()
