"""Judged records become typed columns: what does not fit is null and counted, what is not there is counted apart."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from sla.staging.decode import EXTRA, Decoder
from sla.staging.schema import stored
from sluice.contract.model import Field, LogicalType, Presence, SchemaObject
from sluice.contract.stream import Source, Stream
from sluice.contract.table import OWN_COLUMNS
from sluice.problem import Place

HERE = Place(file="f", line=1, column=1)


def field(name: str, kind: LogicalType, **more: Any) -> Field:
    return Field(name=name, logical_type=kind, presence=Presence.OPTIONAL, place=HERE, **more)


AT = field("at", LogicalType.TIMESTAMP)
COUNT = field("count", LogicalType.INTEGER)
AMOUNT = field("amount", LogicalType.NUMBER)
DAY = field("day", LogicalType.DATE)
KIND = field("kind", LogicalType.STRING)
FLAG = field("flag", LogicalType.BOOLEAN)
PLACE = field("place", LogicalType.OBJECT, properties=(field("lat", LogicalType.NUMBER), AT))
TAGS = field("tags", LogicalType.ARRAY, items=field("items", LogicalType.STRING))
LABELS = field("labels", LogicalType.MAP, map_value=field("value", LogicalType.INTEGER))
ANY = field("any", LogicalType.OBJECT)


def one(declared: Field, *bodies: bytes) -> tuple[list[Any], list[int], list[int]]:
    """The column of one field, the rows where it was absent, the rows where it did not fit."""
    decoded = Decoder((declared,), extras=False).decode(bodies)
    absent, unfit = (masks.get(declared.name) for masks in (decoded.absent, decoded.unfit))
    column = decoded.columns[declared.name]
    return (
        column.to_pylist(),
        [] if absent is None else absent.nonzero()[0].tolist(),
        [] if unfit is None else unfit.nonzero()[0].tolist(),
    )


def test_absent_null_and_unfit_are_three_different_things() -> None:
    assert one(COUNT, b"{}", b'{"count":null}', b'{"count":"7"}', b'{"count":7}') == ([None, None, None, 7], [0], [2])


def test_a_number_is_told_by_its_value_and_never_bent() -> None:
    bodies = [
        b'{"count":%s}' % text for text in (b"1.0", b"1.5", b"true", b"9223372036854775807", b"9223372036854775808")
    ]
    assert one(COUNT, *bodies) == ([1, None, None, 2**63 - 1, None], [], [1, 2, 4])
    assert one(AMOUNT, b'{"amount":3}', b'{"amount":"3"}', b'{"amount":false}') == ([3.0, None, None], [], [1, 2])


def test_a_timestamp_keeps_its_instant_whatever_its_zone() -> None:
    noon = datetime(2013, 2, 1, 12, tzinfo=UTC)
    bodies = [
        b'{"at":"2013-02-01T12:00:00Z"}',
        b'{"at":"2013-02-01T13:00:00+01:00"}',
        b'{"at":"2013-02-01t12:00:00.000000999z"}',
        b'{"at":"2013-02-01T12:00:00"}',
        b'{"at":"infinity"}',
        b'{"at":"2013-02-30T12:00:00Z"}',
    ]
    assert one(AT, *bodies) == ([noon, noon, noon, None, None, None], [], [3, 4, 5])
    assert one(AT, *bodies[:2]) == ([noon, noon], [], [])


def test_a_leap_second_stays_within_its_minute() -> None:
    (column, _, unfit) = one(AT, b'{"at":"2016-12-31T23:59:60Z"}')
    assert column == [datetime(2016, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
    assert unfit == []


def test_a_day_that_is_none_does_not_fit() -> None:
    assert one(DAY, b'{"day":"2013-02-28"}', b'{"day":"2013-02-29"}') == ([date(2013, 2, 28), None], [], [1])


def test_nested_values_keep_their_names_and_types() -> None:
    at = datetime(2013, 2, 1, tzinfo=UTC)
    good, bad = b'{"place":{"lat":1,"at":"2013-02-01T00:00:00Z","more":1}}', b'{"place":{"lat":"x"}}'
    assert one(PLACE, good, bad, b'{"place":{}}') == (
        [{"lat": 1.0, "at": at}, None, {"lat": None, "at": None}],
        [],
        [1],
    )
    assert one(TAGS, b'{"tags":["a",null]}', b'{"tags":[1]}') == ([["a", None], None], [], [1])
    assert one(LABELS, b'{"labels":{"a":1}}', b'{"labels":{"a":"1"}}') == ([[("a", 1)], None], [], [1])


def test_an_object_declared_without_its_inside_is_kept_as_it_was_written() -> None:
    body = b'{"any":{"n":12345678901234567890123}}'
    assert one(ANY, body, b'{"any":null}', b"{}") == (['{"n":12345678901234567890123}', None, None], [2], [])


def test_what_is_no_object_is_a_row_of_nulls_that_do_not_fit() -> None:
    for body in (b"null", b"[1]", b"not json", b"\xff\xfe", b""):
        assert one(FLAG, body) == ([None], [], [0]), body
    assert Decoder((FLAG,), extras=False).decode([None]).unfit["flag"].tolist() == [True]


def test_a_misfit_does_not_disturb_its_neighbours() -> None:
    decoded = Decoder((COUNT, KIND), extras=False).decode([b'{"count":"x","kind":"a"}', b'{"count":1,"kind":"b"}'])
    assert decoded.columns["kind"].to_pylist() == ["a", "b"]
    assert list(decoded.unfit) == ["count"]


def test_undeclared_members_are_kept_digit_by_digit_where_the_contract_allows_them() -> None:
    decoder = Decoder((COUNT, PLACE), extras=True)
    bodies = [b'{"count":1,"new":1.00000000000000000001,"place":{"lat":1,"alt":2.50}}', b'{"count":1}', b"null"]
    assert decoder.decode(bodies).columns[EXTRA].to_pylist() == [
        '{"new":1.00000000000000000001,"place":{"alt":2.50}}',
        None,
        None,
    ]


def test_no_rows_give_empty_columns_of_the_right_type() -> None:
    decoder = Decoder((COUNT, AT, PLACE), extras=True)
    columns = decoder.decode([]).columns
    assert {name: column.type for name, column in columns.items()} == dict(
        zip(decoder.schema.names, decoder.schema.types, strict=True)
    )
    assert all(isinstance(column, pa.Array) and len(column) == 0 for column in columns.values())


def test_every_column_that_staging_writes_is_one_that_no_field_may_be_called_like() -> None:
    stream = Stream(raw="a", validated="b", dead_letter="c", parking="d", source=Source.CDC)
    described = SchemaObject(name="o", place=HERE, physical_name="b", fields=(COUNT,), stream=stream)
    assert sorted(stored(described).names) == sorted((COUNT.name, *OWN_COLUMNS))
