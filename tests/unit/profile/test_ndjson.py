"""JSON lines as typed columns."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa
import pytest

from sluice.profile import cells
from sluice.profile.builder import ProfileBuilder
from sluice.profile.model import ALL, ColumnProfile, Span
from sluice.profile.ndjson import BLOCK_ROWS, JsonReader
from sluice.profile.sketch import distinct_count
from sluice.profile.spec import ProfileSpec
from sluice.profile.typing_json import Typed


def profiled(lines: list[bytes], reader: JsonReader | None = None) -> dict[str, ColumnProfile]:
    reader = reader or JsonReader()
    builder = ProfileBuilder(ProfileSpec(underscored=True))
    for block in reader.blocks(enumerate(lines, 1)):
        builder.add(block.batch, absent=block.absent, unfit=block.unfit)
    return dict(builder.slices()[ALL].columns)


def rows(*values: Any) -> list[bytes]:
    return [orjson.dumps({"x": value}) for value in values]


CASES: dict[str, tuple[list[bytes], dict[str, object]]] = {
    "integers": (rows(1, 2, None), {"nulls": 1, "absent": 0, "unfit": 0, "mean": 1.5}),
    "integers among numbers": (rows(1, 2.5), {"nulls": 0, "unfit": 0, "mean": 1.75}),
    "an absent field": ([b'{"x":1}', b"{}", b'{"x":null}'], {"rows": 3, "nulls": 2, "absent": 1}),
    "a text among numbers": (rows(1, 2, "N/A"), {"nulls": 1, "unfit": 1, "null_or_absent": 0}),
    "a number among texts": (rows("a", "b", 3), {"nulls": 1, "unfit": 1}),
    "a truth is no number": (rows(1, 2, True), {"nulls": 1, "unfit": 1, "mean": 1.5}),
    "truths": (rows(True, False, 1), {"unfit": 1, "mean": 0.5}),
    "beyond 64 bits": ([*rows(1), b'{"x":18446744073709551616}'], {"unfit": 0, "mean": 2.0**63}),
    "integers past 2^53 among numbers": (rows(0.5, 2**53 + 1, 2**64 - 1), {"unfit": 0, "nulls": 0}),
    "the end of 64 bits": (rows(2**63 - 1, -(2**63)), {"unfit": 0}),
    "lists": (rows([1], [2], None, "x"), {"nulls": 2, "unfit": 1, "distinct": None}),
    "objects": (rows({"y": 1}, {}, None), {"nulls": 1, "distinct": None}),
    "always null": (rows(None, None), {"nulls": 2, "unfit": 0, "numbers": None}),
    "texts that are no dates": (rows("2013-02-01", "hello", "you"), {"unfit": 0, "span": None}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_field_has_the_type_that_most_of_its_values_have(name: str) -> None:
    lines, expected = CASES[name]
    found = profiled(lines)["x"]
    assert {key: getattr(found, key) for key in expected} == expected


UTC_NOON = datetime(2013, 2, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "span", "unfit"),
    [
        (["2013-02-08T12:00:00Z"], (UTC_NOON, UTC_NOON), 0),
        (["2013-02-08t12:00:00z", "2013-02-08 13:00:00+01:00", "2013-02-08T07:00-0500"], (UTC_NOON, UTC_NOON), 0),
        (["2013-02-08T12:00:00.000000001Z", "2013-02-08T12:00:00.0Z"], (UTC_NOON, UTC_NOON), 0),
        (["2013-02-08T12:00:00Z", "2013-02-30T12:00:00Z", "2013-02-08T25:00:00Z"], (UTC_NOON, UTC_NOON), 2),
        (["2013-02-08", "2013-02-31", "2013-02-09"], (UTC_NOON.replace(hour=0), UTC_NOON.replace(day=9, hour=0)), 1),
        (["0000-01-01T00:00:00Z"], (datetime.min.replace(tzinfo=UTC),) * 2, 0),
    ],
)
def test_texts_that_are_instants_are_read_as_such(
    texts: list[str], span: tuple[datetime, datetime], unfit: int
) -> None:
    found = profiled(rows(*texts))["x"]
    assert found.span == Span(first=span[0], last=span[1])
    assert found.unfit == unfit


def test_a_type_is_widened_by_what_comes_later_and_absence_is_known_of_fields_that_came_late() -> None:
    lines = [*rows(*[1] * BLOCK_ROWS, 2.5), b'{"x":2,"late":"a"}']
    found = profiled(lines)
    assert found["x"].numbers is not None
    assert (found["x"].numbers.maximum, found["x"].unfit) == (2.5, 0)
    assert (found["late"].rows, found["late"].absent) == (2, 1), "counted from the block that brought it"
    assert round(distinct_count(found["x"].distinct).value) == 3


def test_instants_become_text_where_texts_prevail_later() -> None:
    lines = rows(*["2013-02-08"] * BLOCK_ROWS, *["soon"] * 3)
    found = profiled(lines)["x"]
    assert (found.unfit, found.values) == (0, BLOCK_ROWS + 3)


def test_declared_types_stand_and_declared_fields_may_be_absent_everywhere() -> None:
    reader = JsonReader(
        types={"x": Typed.INTEGER, "at": Typed.TIMESTAMP, "map": Typed.NESTED, "gone": Typed.TEXT},
        opaque=frozenset({"map"}),
    )
    found = profiled([b'{"x":"1","at":"soon","map":{"a":1}}', b'{"x":2.0,"map":{"b":1}}', b'{"x":3}'], reader)
    assert (found["x"].unfit, found["x"].values, found["at"].unfit, found["at"].absent) == (2, 1, 1, 2)
    assert (found["gone"].absent, found["map"].nulls) == (3, 1)
    assert "map.a" not in found


def test_fields_of_objects_are_absent_where_the_object_is() -> None:
    found = profiled([b'{"a":{"b":{"c":1}}}', b'{"a":{"b":null}}', b'{"a":null}', b"{}"])
    told = {name: (column.nulls, column.absent) for name, column in found.items()}
    assert told == {"a": (2, 1), "a.b": (3, 2), "a.b.c": (3, 3)}


def test_lines_without_an_object_are_counted_with_the_first() -> None:
    reader = JsonReader()
    found = profiled([b'{"x":1}', b"null", b"5", b"[]", b"{", b"\xff", b'{"x":2}'], reader)
    assert (found["x"].rows, reader.unreadable, reader.first_unreadable) == (2, 5, 2)


def test_endless_names_and_depths_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "FIELDS_MAX", 3)
    reader = JsonReader()
    found = profiled([orjson.dumps({f"k{number}": number for number in range(10)})], reader)
    assert (list(found), reader.fields_beyond) == (["k0", "k1", "k2"], 7)
    deep: dict[str, Any] = {}
    for _ in range(40):
        deep = {"d": deep}
    monkeypatch.setattr(cells, "FIELDS_MAX", 100)
    assert len(profiled([orjson.dumps(deep)])) == cells.DEPTH_MAX


def test_columns_of_a_block_are_as_long_as_the_block() -> None:
    blocks = list(JsonReader().blocks(enumerate([b'{"a":1}', b'{"b":"x"}', b"{}"], 1)))
    assert [block.batch.to_pydict() for block in blocks] == [{"a": [1, None, None], "b": [None, "x", None]}]
    assert pa.types.is_int64(blocks[0].batch.schema.field("a").type)
