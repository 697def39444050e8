"""Profiles as bytes and back."""

from datetime import UTC, datetime

import msgspec
import pyarrow as pa
import pytest
from drawn import batch, built, rows
from hypothesis import given, settings

from sluice.profile.bins import freeze
from sluice.profile.codec import FORMAT, Unreadable, decode, decode_reference, encode, encode_reference
from sluice.profile.model import (
    ArrivalCounts,
    Arrivals,
    Duplicates,
    Histogram,
    Period,
    PeriodProfile,
    Profile,
    ReferenceCounts,
    SliceKey,
)

DAY = Period(label="2013-02-08", start=datetime(2013, 2, 8, 5, tzinfo=UTC), end=datetime(2013, 2, 9, 5, tzinfo=UTC))


def whole(slices: dict[SliceKey, Profile]) -> PeriodProfile:
    return PeriodProfile(
        contract="flights",
        version="1.0.0",
        object="flight",
        period=DAY,
        slices=slices,
        duplicates={("year", "flight"): Duplicates(rows=3, duplicated=1, incomplete=1)},
        histograms={"drift": freeze(pa.array([1.0, 2.0, None])), "kinds": freeze(pa.array(["a", "b"]))},
        references={"plane_known": ReferenceCounts(known=2, unknown=1, nulls=0)},
        scalars={"sql": 0.5},
        arrivals=Arrivals(hours={DAY.start: ArrivalCounts(valid=3, invalid_first=1)}),
    )


@settings(max_examples=25, deadline=None)
@given(rows)
def test_what_is_written_is_read_back(drawn: list) -> None:
    profile = whole(built(batch(drawn)))
    assert decode(encode(profile)) == profile


def test_infinite_moments_are_read_back() -> None:
    slices = built(batch([{"number": x, "_raw_partition": 0, "_version": "1"} for x in (1.7e308, -1.7e308)]))
    assert decode(encode(whole(slices))).slices == slices


def test_a_reference_has_the_same_bytes_every_time() -> None:
    reference = freeze(pa.array([5, 1, 3, 3, None]))
    assert encode_reference(reference) == encode_reference(freeze(pa.array([3, 3, 1, None, 5])))
    assert decode_reference(encode_reference(reference)) == reference


def _with(**changes: object) -> bytes:
    return msgspec.msgpack.encode(msgspec.msgpack.decode(encode(whole({}))) | changes)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "its first bytes are of something else"),
        (b"PAR1 and so on", "this is no profile"),
        (encode(whole({}))[:-3], "cut short"),
        (_with(format=FORMAT + 1), "of format 2; this release reads format 1"),
        (_with(format="x"), "it names no format"),
        (_with(kind="reference"), "this is no profile, but a reference"),
        (_with(body=b"abc"), "is damaged"),
        (_with(body=msgspec.msgpack.decode(encode(whole({})))["body"][:-9]), "cut short"),
        (msgspec.msgpack.encode([1]), "it names no format"),
    ],
)
def test_what_cannot_be_read_is_told_why(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        decode(data)


def test_a_profile_is_no_reference() -> None:
    with pytest.raises(Unreadable, match="this is no reference, but a profile"):
        decode_reference(encode(whole({})))
    with pytest.raises(Unreadable, match="without bins"):
        decode(encode(PeriodProfile(contract="", version="", object="", period=DAY, histograms={"x": _no_bins()})))


def _no_bins() -> Histogram:
    return Histogram(edges=None, counts=(), nulls=0)  # type: ignore[arg-type] - what a damaged file may hold
