"""Merging profiles: a commutative monoid whose parts are batches."""

import pytest
from comparing import assert_same
from drawn import SPEC, batch, built, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.profile.builder import ProfileBuilder
from sluice.profile.merge import merge, merge_columns, merge_slices
from sluice.profile.model import ALL, EMPTY, ColumnProfile, Lengths, Numbers, Profile, SliceKey
from sluice.profile.order import Order, Run

pytestmark = pytest.mark.thorough


@settings(max_examples=25, deadline=None)
@given(rows, rows, rows)
def test_how_profiles_are_put_in_pairs_does_not_matter(a: list, b: list, c: list) -> None:
    x, y, z = (built(batch(part, 100 * turn))[ALL] for turn, part in enumerate((a, b, c)))
    assert_same(merge(merge(x, y), z), merge(x, merge(y, z)))
    assert_same(merge(merge(x, y), z), merge(x, y, z))


@settings(max_examples=25, deadline=None)
@given(rows, rows)
def test_the_order_of_profiles_does_not_matter(a: list, b: list) -> None:
    x, y = built(batch(a))[ALL], built(batch(b, 100))[ALL]
    assert_same(merge(x, y), merge(y, x))


@settings(max_examples=20, deadline=None)
@given(rows)
def test_the_empty_profile_changes_nothing(a: list) -> None:
    profile = built(batch(a))[ALL]
    assert_same(merge(profile, EMPTY), profile)
    assert_same(merge(EMPTY, profile), profile)
    assert merge() == EMPTY


@settings(max_examples=25, deadline=None)
@given(rows, rows)
def test_the_profiles_of_parts_make_the_profile_of_the_whole_in_every_slice(a: list, b: list) -> None:
    one, two = batch(a), batch(b, 100)
    parts = merge_slices(built(one), built(two))
    whole = built(one, two)
    assert parts.keys() == whole.keys()
    for key, profile in whole.items():
        part = parts[key]
        assert_same(part, profile, runs=False)
        if key == ALL:
            held, expected = part.columns["whole"].order, profile.columns["whole"].order
            assert (held and held.falls) == (expected and expected.falls)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=30), min_size=3, max_size=3))
def test_what_is_kept_of_too_many_segments_is_counted_whole_whatever_is_merged_first(parts: list[list[int]]) -> None:
    files = [
        {ALL: Profile(rows=len(part))} | {_segment(value): Profile(rows=part.count(value)) for value in set(part)}
        for part in parts
    ]
    a, b, c = (merge_slices(each, slices_max=7) for each in files)
    left = merge_slices(merge_slices(a, b, slices_max=7), c, slices_max=7)
    right = merge_slices(a, merge_slices(c, b, slices_max=7), slices_max=7)
    assert left == right
    everything = [value for part in parts for value in part]
    assert len(left) == 1 + min(7, len(set(everything)))
    for key, profile in left.items():
        assert profile.rows == (len(everything) if key == ALL else everything.count(int(key.segment[0][1] or "")))


def _segment(value: int) -> SliceKey:
    return SliceKey(segment=(("k", str(value)),))


def test_what_is_classified_in_one_version_is_hidden_of_all() -> None:
    open_ = ColumnProfile(
        rows=2,
        numbers=Numbers(count=2, mean=1.5, m2=0.5, minimum=1, maximum=2),
        lengths=Lengths(minimum=1, maximum=2),
        quantiles=built(batch([{"number": 1.0, "_raw_partition": 0, "_version": "1"}]))[ALL]
        .columns["number"]
        .quantiles,
        order=Order(runs=(Run(partition=0, first_offset=0, last_offset=1, first=1, last=2),)),
    )
    hidden = merge_columns((open_, ColumnProfile(rows=1, classified=True)))
    assert hidden == ColumnProfile(rows=3, classified=True, numbers=Numbers(count=2, mean=1.5, m2=0.5))


def test_a_column_counts_the_rows_of_the_versions_that_have_it() -> None:
    builder = ProfileBuilder(SPEC)
    whole = batch([{"whole": 1, "_raw_partition": 0, "_version": "1"}] * 3)
    builder.add(whole)
    builder.add(whole.drop_columns(["number"]))
    total = builder.slices()[ALL]
    assert (total.rows, total.columns["whole"].rows, total.columns["number"].rows) == (6, 6, 3)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (-1e308, 1e308, 0.0),
        (1.7e308, 1.7e308, 1.7e308),
        (2.0**62, 2.0**62, 2.0**62),
    ],
)
def test_means_of_extreme_numbers_do_not_overflow(a: float, b: float, expected: float) -> None:
    x, y = (ColumnProfile(rows=1, numbers=Numbers(count=1, mean=mean)) for mean in (a, b))
    merged = merge_columns((x, y)).numbers
    assert merged is not None
    assert merged.mean == pytest.approx(expected)
