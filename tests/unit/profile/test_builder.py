"""What the builder counts, beside what plain Python counts."""

import decimal
import math
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
import pytest
from drawn import SPEC, batch, built, rows
from hypothesis import given, settings

from sluice.contract.measures import InvalidValues, MissingValues
from sluice.profile.builder import CHUNK_ROWS, ProfileBuilder
from sluice.profile.model import ALL, ColumnProfile, Lengths, Numbers, Profile, SliceKey, Span
from sluice.profile.sketch import distinct_count, quantiles_at
from sluice.profile.spec import ProfileSpec, SliceSet, Technical


def column(array: pa.Array, spec: ProfileSpec | None = None) -> ColumnProfile:
    rows = pa.RecordBatch.from_arrays([array], names=["x"])
    return built(rows, spec=spec or ProfileSpec())[ALL].columns["x"]


@settings(max_examples=25, deadline=None)
@given(rows)
def test_counts_are_those_of_plain_python(drawn: list[dict]) -> None:
    total = built(batch(drawn))[ALL]
    assert total.rows == len(drawn)
    for name in ("number", "whole", "text", "secret", "flag", "at"):
        values = [row[name] for row in drawn if row[name] is not None]
        counted = total.columns[name]
        assert (counted.rows, counted.values) == (len(drawn), len(values))
        assert round(distinct_count(counted.distinct).value) == len(set(map(_as_hashed, values)))
    texts = [row["text"] for row in drawn]
    assert dict(total.columns["text"].missing) == {"": texts.count(""), "N/A": texts.count("N/A")}
    secrets = [row["secret"] for row in drawn]
    assert total.counted["missing"] == sum(value in (None, "", "N/A") for value in [*texts, *secrets])
    assert total.counted["invalid"] == sum(value in ("N/A", "ä", "b", "") for value in texts)
    assert total.versions == {v: n for v in ("1.0.0", "1.1.0") if (n := sum(r["_version"] == v for r in drawn))}


def _as_hashed(value: object) -> object:
    return "nan" if value != value else value  # noqa: PLR0124 - true of NaN alone


@settings(max_examples=25, deadline=None)
@given(rows)
def test_every_slice_counts_its_own_rows(drawn: list[dict]) -> None:
    slices = built(batch(drawn))
    for key, profile in slices.items():
        text = {None: "null", True: "true", False: "false"}
        held = [
            row
            for row in drawn
            if (key.producer is None or (row["_producer"] or "") == key.producer)
            and all(
                value == (row[name] if name == "text" else None if row[name] is None else text[row[name]])
                for name, value in key.segment
            )
        ]
        assert profile.rows == len(held)
        assert profile.columns["number"].nulls == sum(row["number"] is None for row in held)
    assert sum(profile.rows for key, profile in slices.items() if key.segment) == len(drawn)
    assert sum(profile.rows for key, profile in slices.items() if key.producer is not None) == len(drawn)


def test_segments_hold_what_their_set_asks_for_and_no_sketches_unasked() -> None:
    row = {"number": 1.0, "text": "ab", "flag": True, "_producer": "p/1", "_raw_partition": 0, "_version": "1"}
    slices = built(batch([row]))
    segment = slices[SliceKey(segment=(("text", "ab"), ("flag", "true")))]
    assert set(segment.columns) == {"number", "whole"}
    assert (segment.columns["number"].quantiles, segment.columns["number"].distinct) == (None, None)
    producer = slices[SliceKey(producer="p/1")]
    assert set(producer.columns) == {"number", "whole", "text", "secret", "flag", "at"}
    assert producer.columns["number"].quantiles is not None


def test_a_cell_is_null_for_a_reason_that_the_decoder_gives() -> None:
    spec = ProfileSpec(
        slices=(SliceSet(by=("k",)),),
        counted={
            "missing": MissingValues(fields=("x",), tokens=(None, -1)),
            "invalid": InvalidValues(fields=("x",), valid=(1, 2)),
        },
    )
    builder = ProfileBuilder(spec)
    one = pa.RecordBatch.from_pydict({"k": ["a", "b", "a", "b"], "x": pa.array([1, None, None, None], pa.int64())})
    two = pa.RecordBatch.from_pydict({"k": ["a", "a"], "x": pa.array([-1, None], pa.int64())})
    builder.add(one, absent={"x": [1]}, unfit={"x": np.array([2])})
    builder.add(two, unfit={"x": [1], "unknown": [0]})
    slices = builder.slices()

    def told(key: SliceKey) -> tuple[int, ...]:
        found = slices[key].columns["x"]
        counted = slices[key].counted
        return found.nulls, found.absent, found.unfit, found.null_or_absent, counted["missing"], counted["invalid"]

    assert told(ALL) == (4, 1, 2, 2, 3, 3)
    assert told(SliceKey(segment=(("k", "a"),))) == (2, 0, 2, 0, 1, 3)
    assert told(SliceKey(segment=(("k", "b"),))) == (2, 1, 0, 2, 2, 0)


INT64 = (-(2**63), 2**63 - 1)
NUMBERS = {
    "the ends of int64": (
        pa.array([*INT64, None]),
        Numbers(count=2, mean=0.0, m2=2.0**127, minimum=INT64[0], maximum=INT64[1]),
    ),
    "the end of uint64": (
        pa.array([2**64 - 1], pa.uint64()),
        Numbers(count=1, mean=2.0**64, minimum=2**64 - 1, maximum=2**64 - 1),
    ),
    "not a number": (
        pa.array([math.nan, 1.0, 3.0]),
        Numbers(count=2, mean=2.0, m2=2.0, minimum=1.0, maximum=3.0, not_finite=1),
    ),
    "infinities": (pa.array([math.inf, -math.inf]), Numbers(not_finite=2)),
    "a negative zero": (pa.array([-0.0]), Numbers(count=1, minimum=0.0, maximum=0.0)),
    "the greatest doubles": (
        pa.array([1.7e308, 1.7e308]),
        Numbers(count=2, mean=1.7e308, minimum=1.7e308, maximum=1.7e308),
    ),
    "the greatest doubles apart": (
        pa.array([-1.7e308, 1.7e308]),
        Numbers(count=2, mean=0.0, m2=math.inf, minimum=-1.7e308, maximum=1.7e308),
    ),
    "decimals": (
        pa.array([decimal.Decimal("0.10"), decimal.Decimal("0.30")]),
        Numbers(count=2, mean=0.2, m2=0.02, minimum=0.1, maximum=0.3),
    ),
    "small floats": (
        pa.array([0.5, 1.5], pa.float32()),
        Numbers(count=2, mean=1.0, m2=0.5, minimum=0.5, maximum=1.5),
    ),
    "half floats": (
        pa.array(np.array([0.5, 1.5], np.float16)),
        Numbers(count=2, mean=1.0, m2=0.5, minimum=0.5, maximum=1.5),
    ),
    "truths": (
        pa.array([True, True, False, None]),
        Numbers(count=3, mean=2 / 3, m2=2 / 3, minimum=0, maximum=1),
    ),
    "a dictionary": (pa.array([7, 7, None]).dictionary_encode(), Numbers(count=2, mean=7.0, minimum=7, maximum=7)),
    "no value at all": (pa.array([None, None], pa.int64()), Numbers()),
    "no row at all": (pa.array([], pa.float64()), Numbers()),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_measured(name: str) -> None:
    given_, expected = NUMBERS[name]
    found = column(given_)
    assert found.rows == len(given_)
    assert found.nulls == given_.null_count
    held = found.numbers
    assert held is not None
    assert (held.count, held.minimum, held.maximum) == (expected.count, expected.minimum, expected.maximum)
    assert held.not_finite == expected.not_finite
    assert held.mean == pytest.approx(expected.mean, rel=1e-12)
    assert held.m2 == pytest.approx(expected.m2, rel=1e-12)


def test_moments_are_those_of_numpy_though_counted_in_pieces() -> None:
    values = np.random.default_rng(20130208).normal(1e9, 1.0, 50_000)
    builder = ProfileBuilder(ProfileSpec())
    for start in range(0, len(values), 7_000):
        builder.add(pa.RecordBatch.from_arrays([pa.array(values[start : start + 7_000])], names=["x"]))
        builder.slices()
    found = builder.slices()[ALL].columns["x"]
    assert found.mean == pytest.approx(values.mean(), rel=1e-14)
    assert found.deviation == pytest.approx(values.std(ddof=1), rel=1e-9)


UTC_EIGHTH = datetime(2013, 2, 8, 12, tzinfo=UTC)
SPANS = {
    "UTC": (pa.array([UTC_EIGHTH, None], pa.timestamp("us", "UTC")), UTC_EIGHTH),
    "no zone": (pa.array([datetime(2013, 2, 8, 12)], pa.timestamp("s")), UTC_EIGHTH),  # noqa: DTZ001 - the case
    "New York": (pa.array([UTC_EIGHTH], pa.timestamp("ms", "America/New_York")), UTC_EIGHTH),
    "nanoseconds": (pa.array([UTC_EIGHTH], pa.timestamp("ns", "UTC")), UTC_EIGHTH),
    "a date": (pa.array([date(2013, 2, 8)]), UTC_EIGHTH.replace(hour=0)),
    "a date in milliseconds": (pa.array([date(2013, 2, 8)], pa.date64()), UTC_EIGHTH.replace(hour=0)),
    "past what a datetime holds": (pa.array([2**62], pa.timestamp("us", "UTC")), datetime.max.replace(tzinfo=UTC)),
}


@pytest.mark.parametrize("name", SPANS)
def test_instants_have_a_span_in_utc(name: str) -> None:
    given_, at = SPANS[name]
    assert column(given_).span == Span(first=at, last=at)


@pytest.mark.parametrize(
    ("array", "distinct"),
    [
        (pa.array(["ä", "", "ä"]), 2),
        (pa.array(["x"], pa.large_string()), 1),
        (pa.array([b"\x00", b"\xff", None], pa.binary()), 2),
        (pa.array([b"\x00\x01"], pa.binary(2)), 1),
        (pa.array([time(1, 2), time(3)]), 2),
        (pa.array([timedelta(1), timedelta(1)]), 1),
        (pa.array([decimal.Decimal("1.0"), decimal.Decimal("1.0")]), 1),
        (pa.array([1.0, -0.0, 0.0, math.nan, math.nan]), 3),
        (pa.array([[1], [2], None]), None),
        (pa.array([{"a": 1}, None]), None),
        (pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())), None),
        (pa.nulls(2), None),
    ],
)
def test_values_of_every_type_are_counted(array: pa.Array, distinct: int | None) -> None:
    found = column(array)
    assert (found.rows, found.nulls) == (len(array), array.null_count)
    assert (found.distinct is None) == (distinct is None)
    assert round(distinct_count(found.distinct).value) == (distinct or 0)


def test_an_integer_and_the_double_that_equals_it_are_one_value() -> None:
    rows = [
        pa.RecordBatch.from_arrays([pa.array([1, 2, 2**40], type_)], names=["x"])
        for type_ in (pa.int64(), pa.float64())
    ]
    assert round(distinct_count(built(*rows, spec=ProfileSpec())[ALL].columns["x"].distinct).value) == 3


def test_fields_of_objects_have_dotted_names_and_are_null_where_the_object_is() -> None:
    rows = pa.RecordBatch.from_pylist([{"a": {"b": {"c": 1}, "d": None}}, {"a": {"b": None, "d": "x"}}, {"a": None}])
    found = built(rows, spec=ProfileSpec())[ALL].columns
    assert {name: each.nulls for name, each in found.items()} == {"a": 1, "a.b": 2, "a.b.c": 2, "a.d": 2}


def test_a_name_with_a_dot_in_it_comes_before_a_field_of_an_object() -> None:
    rows = pa.RecordBatch.from_pydict({"a": [{"b": None}], "a.b": [5]})
    assert built(rows, spec=ProfileSpec(columns=("a.b",)))[ALL].columns["a.b"].mean == 5


def test_of_a_classified_field_nothing_is_kept_that_shows_a_value() -> None:
    rows = pa.RecordBatch.from_pydict(
        {
            "pay": [1000, 2000],
            "name": ["Ada", "Bob"],
            "born": [date(1990, 1, 1), date(1991, 1, 1)],
            "home": [{"town": "Rome"}, {"town": "Oslo"}],
            "_raw_partition": [0, 0],
            "_raw_offset": [0, 1],
        }
    )
    hidden = frozenset({"pay", "name", "born", "home"})
    columns = built(rows, spec=ProfileSpec(classified=hidden, ordered=frozenset({"pay"})))[ALL].columns
    for name in (*hidden, "home.town"):
        found = columns[name]
        assert found.classified
        assert (found.lengths, found.span, found.quantiles, found.order) == (None, None, None, None)
        assert found.numbers is None or (found.numbers.minimum, found.numbers.maximum) == (None, None)
        assert (found.mean, found.deviation) == (None, None), "of two values alone"
    assert round(distinct_count(columns["pay"].distinct).value) == 2
    assert len(columns["pay"].distinct or b"") > 4_000, "no list of hashes, however few values there are"
    many = pa.RecordBatch.from_pydict({"pay": [1000] * 5 + [2000] * 5})
    assert built(many, spec=ProfileSpec(classified=hidden))[ALL].columns["pay"].mean == 1500


def test_segments_by_classified_values_are_refused() -> None:
    with pytest.raises(ValueError, match=r"segments by a\.b would show classified values"):
        ProfileSpec(classified=frozenset({"a"}), slices=(SliceSet(by=("a.b",)),))


def test_tokens_count_only_where_a_cell_can_hold_them() -> None:
    spec = ProfileSpec(tokens={"x": (None, "", "N/A", -1, True, 2.5)})
    assert column(pa.array([-1, -1, 1]), spec).missing == {"": 0, "N/A": 0, -1: 2, True: 0, 2.5: 0}
    assert column(pa.array(["", "-1", "N/A", None]), spec).missing == {"": 1, "N/A": 1, -1: 0, True: 0, 2.5: 0}
    assert column(pa.array([True, False]), ProfileSpec(tokens={"x": (True,)})).missing == {True: 1}


def test_text_has_lengths_in_characters() -> None:
    assert column(pa.array(["ääh", "", None])).lengths == Lengths(minimum=0, maximum=3)


BROKEN = pa.Array.from_buffers(
    pa.string(),
    2,
    [None, pa.py_buffer(np.array([0, 2, 3], np.int32).tobytes()), pa.py_buffer(b"\xff\xfea")],
)


def test_text_that_is_no_utf_8_is_counted_like_any_other() -> None:
    spec = ProfileSpec(slices=(SliceSet(by=("x",)),))
    slices = built(pa.RecordBatch.from_arrays([BROKEN], names=["x"]), spec=spec)
    found = slices[ALL].columns["x"]
    assert (found.values, round(distinct_count(found.distinct).value)) == (2, 2)
    assert SliceKey(segment=(("x", "\\xff\\xfe"),)) in slices


@pytest.mark.parametrize("type_", [pa.binary(), pa.string(), pa.large_string()])
def test_producers_may_be_bytes(type_: pa.DataType) -> None:
    rows = pa.RecordBatch.from_pydict({"x": [1, 2], "_producer": pa.array(["departures/1", None], type_)})
    spec = ProfileSpec(slices=(SliceSet(producers=True),))
    assert set(built(rows, spec=spec)) == {ALL, SliceKey(producer="departures/1"), SliceKey(producer="")}


def test_of_two_columns_of_one_name_the_first_is_counted() -> None:
    rows = pa.RecordBatch.from_arrays([pa.array([1]), pa.array([None], pa.int64())], names=["x", "x"])
    assert built(rows, spec=ProfileSpec())[ALL].columns["x"].nulls == 0


def test_a_profile_of_nothing_is_empty() -> None:
    assert ProfileBuilder(SPEC).slices() == {ALL: Profile(counted={})}


def test_a_batch_without_rows_still_names_its_columns() -> None:
    found = built(batch([]))[ALL]
    assert found.rows == 0
    assert set(found.columns) == {"number", "whole", "text", "secret", "flag", "at"}


def test_a_batch_larger_than_a_chunk_is_counted_in_pieces_with_its_positions() -> None:
    count = CHUNK_ROWS * 2 + 10
    numbers = pa.array(np.arange(count), mask=np.arange(count) % 2 == 1)
    builder = ProfileBuilder(ProfileSpec())
    builder.add(pa.RecordBatch.from_arrays([numbers], names=["x"]), unfit={"x": [1, CHUNK_ROWS + 1, count - 1]})
    found = builder.slices()[ALL].columns["x"]
    assert (found.rows, found.nulls, found.unfit) == (count, count // 2, 3)
    assert found.numbers is not None
    assert found.numbers.maximum == count - 2
    assert quantiles_at(found.quantiles, (0.5,))[0] == pytest.approx(count / 2, rel=0.03)


def test_the_clocks_have_bounds_and_a_clock_ahead_makes_nothing_look_fresh() -> None:
    def at(hour: int, day: int = 8) -> datetime:
        return datetime(2013, 2, day, hour, tzinfo=UTC)

    rows = pa.RecordBatch.from_pydict(
        {
            "event": pa.array([at(1), at(23, day=20), at(5), None], pa.timestamp("us", "UTC")),
            "_appended_at": pa.array([at(2), at(3), at(6), at(7)], pa.timestamp("us", "UTC")),
            "_judged_at": pa.array([at(2), at(3), None, at(7)], pa.timestamp("us", "UTC")),
        }
    )
    total = built(rows, spec=ProfileSpec(technical=Technical(event="event")))[ALL]
    assert (total.event_first, total.event_last, total.event_credible) == (at(1), at(23, day=20), at(5))
    assert (total.appended_first, total.appended_last) == (at(2), at(7))
    assert (total.judged_first, total.judged_last, total.landed_first) == (at(2), at(7), None)
    assert set(total.lateness) == {"event>appended", "event>judged", "appended>judged"}
    event = total.lateness["event>appended"]
    assert (event.count, event.negative, event.maximum) == (3, 1, 3600.0)
    assert total.lateness["appended>judged"].zero == 3


def test_what_is_kept_of_too_many_segments_is_counted_whole_over_all_batches() -> None:
    draw = np.random.default_rng(8)
    spec = ProfileSpec(slices=(SliceSet(by=("k",), columns=()), SliceSet(producers=True, columns=())))
    builder = ProfileBuilder(spec, slices_max=20)
    everything: list[int] = []
    for _ in range(12):
        values = draw.integers(0, 200, 150).tolist()
        everything += values
        builder.add(pa.RecordBatch.from_pydict({"k": values, "_producer": [f"p{each}" for each in values]}))
        builder.slices()
    slices = builder.slices()
    segments = {key: profile for key, profile in slices.items() if key.segment}
    producers = {key: profile for key, profile in slices.items() if key.producer is not None}
    assert (len(segments), len(producers)) == (20, 20)
    assert all(profile.rows == everything.count(int(key.segment[0][1] or "")) for key, profile in segments.items())
    assert all(profile.rows == everything.count(int((key.producer or "")[1:])) for key, profile in producers.items())
    assert slices[ALL].rows == len(everything)
    assert sum(profile.rows for profile in segments.values()) < len(everything)
