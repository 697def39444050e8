"""No value of a record, of a header or of a clock ends a run: what nobody can hold is null, and told."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sla.ledger.coordinates import of_bronze
from sla.paths import landed
from sla.staging.batches import Batches
from sla.staging.bronze import Unreadable, read
from sla.staging.instants import FIRST as FIRST_INSTANT
from sla.staging.instants import LAST as LAST_INSTANT
from sla.staging.staged import recall
from sluice.profile.codec import decode
from tests.unit.sla.lake import NAIVE, SCHEMA, Record
from tests.unit.sla.shop import DAY, FIRST, Shop, label

pytestmark = pytest.mark.thorough

NOON: Final = FIRST + timedelta(hours=12)
DEEP: Final = b"[" * 5_000 + b"]" * 5_000

VALUES: Final[Mapping[str, bytes]] = {
    "an instant of the year 0": b'{"at":"0001-01-01T00:00:00+14:00","amount":1,"kind":"a"}',
    "an instant of the year 10000": b'{"at":"9999-12-31T23:59:59-12:00","amount":1,"kind":"a"}',
    "the first instant": b'{"at":"0001-01-01T00:00:00Z","amount":1,"kind":"a"}',
    "the last instant": b'{"at":"9999-12-31T23:59:59.999999Z","amount":1,"kind":"a"}',
    "a day of the year 0": b'{"at":"2026-03-01T10:00:00Z","amount":1,"kind":"a","day":"0000-01-01"}',
    "the first day": b'{"at":"2026-03-01T10:00:00Z","amount":1,"kind":"a","day":"0001-01-01"}',
    "the last day": b'{"at":"2026-03-01T10:00:00Z","amount":1,"kind":"a","day":"9999-12-31"}',
    "half a surrogate": b'{"at":"2026-03-01T10:00:00Z","amount":1,"kind":"\\ud800"}',
    "a zero in a text": b'{"at":"2026-03-01T10:00:00Z","amount":1,"kind":"a\\u0000b"}',
    "infinity": b'{"at":"2026-03-01T10:00:00Z","amount":1e999,"share":1e999,"kind":"a"}',
    "the largest number": b'{"at":"2026-03-01T10:00:00Z","amount":1,"share":1.7976931348623157e308,"kind":"a"}',
    "an integer of many digits": b'{"at":"2026-03-01T10:00:00Z","amount":' + b"9" * 5_000 + b',"kind":"a"}',
    "thousands of arrays": b'{"at":"2026-03-01T10:00:00Z","part":{"a":' + DEEP + b'},"kind":"a"}',
    "thousands of undeclared arrays": b'{"at":"2026-03-01T10:00:00Z","amount":1,"kind":"a","more":' + DEEP + b"}",
    "a list for a map": b'{"at":"2026-03-01T10:00:00Z","when":["a"],"kind":"a"}',
    "a map for a list": b'{"at":"2026-03-01T10:00:00Z","days":{"a":"b"},"kind":"a"}',
    "an instant of no year in a map": b'{"at":"2026-03-01T10:00:00Z","when":{"a":"0001-01-01T00:00:00+14:00"}}',
    "an instant of no year in an object": b'{"at":"2026-03-01T10:00:00Z","part":{"at":"0001-01-01T00:00:00+14:00"}}',
    "a day of no year in a list": b'{"at":"2026-03-01T10:00:00Z","days":["0000-01-01"]}',
}
FIELDS: Final = """      - {name: kind, logicalType: string}
      - {name: share, logicalType: number}
      - {name: day, logicalType: date}
      - {name: part, logicalType: object, properties: [{name: at, logicalType: timestamp}]}
      - {name: days, logicalType: array, items: {logicalType: date}}
      - {name: when, logicalType: map, map: {key: {logicalType: string}, value: {logicalType: timestamp}}}
"""
CLOCKS: Final[Mapping[str, int]] = {  # milliseconds, as Kafka has them
    "microseconds taken for milliseconds": 1_770_000_000_000_000,
    "as far as a column of microseconds reaches": (2**63 - 1) // 1_000,
    "none": -1,
    "far below zero": -(2**53),
    "the first instant": (FIRST_INSTANT - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1),
    "one before the first instant": (FIRST_INSTANT - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) - 1,
    "one after the last instant": (LAST_INSTANT - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) + 1,
}
HEADERS: Final[Mapping[str, str]] = {
    "a judgement in a far year": "v=1;c=orders/1.0.0;t=valid;p=0;o=7;j=999999999999999",
    "a version without an end": f"v=1;c=orders/{'9' * 4000};t=valid;p=0;o=7;j=1772366400000",
    "a version of what is no text": f"v=1;c=orders/{'%FF' * 26};t=valid;p=0;o=7;j=1772366400000",
    "a version of nothing": "v=1;c=orders/%00;t=valid;p=0;o=7;j=1772366400000",
    "an offset without an end": f"v=1;c=orders/1.0.0;t=valid;p=0;o={'9' * 40};j=1772366400000",
}


def shop(folder: Path) -> Shop:
    """With a good record a day of three days, so that there is something to judge and to publish."""
    found = Shop(folder=folder).contract(
        "{name: kinds, metric: missingValues, arguments: {properties: [kind], missingValues: ['', null]}, "
        "mustBeLessThan: 99, unit: percent}",
        changed={"      - {name: kind, logicalType: string}\n": FIELDS},
    )
    for day in range(3):
        found.sell(day, *[{"amount": 1}] * 3)
    return found


def row(**more: Any) -> dict[str, Any]:
    given = Record(value=orjson.dumps({"at": NOON.isoformat(), "amount": 1}), appended=NOON, offset=500, raw_offset=500)
    return {
        **given.row(0),
        "headers": [("__contract", b"v=1;c=orders/1.0.0;t=valid;p=0;o=500;j=1772366400000")],
        **more,
    }


def put(found: Shop, *rows: Mapping[str, Any], topic: str = "orders.validated", schema: pa.Schema = SCHEMA) -> None:
    buffer = BytesIO()
    columns = {field.name: [each[field.name] for each in rows] for field in schema}
    arrays = [pa.array(columns[field.name], field.type) for field in schema]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), buffer)
    path = f"bronze/tp={topic}/dt=2026-03-01/hr=12/kp=0/part-hostile"
    assert found.storage.put_new(path, buffer.getvalue())


def assert_goes_on(found: Shop) -> dict[str, Any]:
    """Runs, twice, and publishes the days of the good records."""
    told: dict[str, Any] = found.run(4)["contracts"][0]
    found.run(5)
    table = found.table.table()
    assert table is not None
    assert {label(0), label(1), label(2)} <= found.table.periods()
    assert table.scan().to_arrow().num_rows >= 9
    return told


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_no_value_ends_a_run(value: bytes, tmp_path: Path) -> None:
    found = shop(tmp_path)
    put(found, row(value=value))
    assert_goes_on(found)


def test_an_instant_that_nobody_can_hold_is_null_and_counted_as_one_that_does_not_fit(tmp_path: Path) -> None:
    found = shop(tmp_path)
    put(found, row(value=VALUES["an instant of the year 0"]), row(value=VALUES["a day of the year 0"]))
    assert_goes_on(found)
    staged = recall(found.storage, found.subject.folders).of(label(0))
    columns = [decode(found.storage.get(each.profile)[0]).total.columns for each in staged]
    assert sum(each["at"].unfit for each in columns) == 1
    assert sum(each["day"].unfit for each in columns) == 1


def test_a_clock_that_tells_no_instant_is_told_and_its_row_counts_by_the_next_clock(tmp_path: Path) -> None:
    found = shop(tmp_path)
    far = pa.scalar(CLOCKS["microseconds taken for milliseconds"] * 1_000, pa.int64()).cast(NAIVE)
    put(found, row(appended_at=far))
    told = assert_goes_on(found)
    assert [(each["kind"], each["rows"]) for each in told["troubles"]] == [("timeless", 1)]
    staging = recall(found.storage, found.subject.folders)
    assert staging.arrivals.hours[NOON].valid == 4
    assert sum(each.rows for each in staging.of(label(0))) == 4


def test_a_timestamp_from_after_its_landing_does_not_say_how_far_its_partition_came(tmp_path: Path) -> None:
    found = shop(tmp_path)
    put(found, row(appended_at=datetime(5026, 1, 1), landed_at=NOON.replace(tzinfo=None)))  # noqa: DTZ001 - UTC
    found.run(1)
    assert recall(found.storage, found.subject.folders).watermarks[0] == NOON + 2 * DAY


@pytest.mark.parametrize("topic", ["orders.validated", "orders.dead-letter"])
@pytest.mark.parametrize("clock", ["appended_at", "landed_at"])
@pytest.mark.parametrize("milliseconds", CLOCKS.values(), ids=CLOCKS.keys())
def test_no_clock_ends_a_run(milliseconds: int, clock: str, topic: str, tmp_path: Path) -> None:
    found = shop(tmp_path)
    header = b"v=1;c=orders/1.0.0;t=%s;p=0;o=500;j=1772366400000" % (b"valid" if "valid" in topic else b"invalid")
    put(
        found,
        row(**{clock: pa.scalar(milliseconds * 1_000, pa.int64()).cast(NAIVE)}, headers=[("__contract", header)]),
        topic=topic,
    )
    assert_goes_on(found)


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_no_header_ends_a_run(header: str, tmp_path: Path) -> None:
    found = shop(tmp_path)
    put(found, row(headers=[("__contract", header.encode())]))
    assert_goes_on(found)


def broken(name: str) -> bytes:
    """Bytes that are no bronze file, each in its own way."""
    buffer = BytesIO()
    table = pa.Table.from_pylist([row()] * 2_000, SCHEMA)
    shapes = {
        "a column less": lambda: table.drop_columns(["headers"]),
        "no columns": lambda: pa.table({"a": [1]}),
        "text for payloads": lambda: table.set_column(1, "value", pa.array(["{}"] * 2_000)),
        "numbers for headers": lambda: table.set_column(2, "headers", pa.array([1] * 2_000)),
        "headers of text": lambda: table.set_column(
            2, "headers", pa.array([[("a", "b")]] * 2_000, pa.map_(pa.string(), pa.string()))
        ),
        "text for a clock": lambda: table.set_column(5, "appended_at", pa.array(["2026-03-01"] * 2_000)),
        "text for offsets": lambda: table.set_column(4, "offset", pa.array(["7"] * 2_000)),
        "a column twice": lambda: table.append_column("value", table.column("value")),
        "nothing but nulls": lambda: table.set_column(1, "value", pa.nulls(2_000)),
    }
    pq.write_table(shapes.get(name, lambda: table)(), buffer, row_group_size=1_000)
    whole = buffer.getvalue()
    cuts = {
        "nothing": b"",
        "a few bytes": whole[:7],
        "half": whole[: len(whole) // 2],
        "without its end": whole[:-1],
        "no parquet": b"not a file of ours" * 99,
        "an end alone": b"PAR1" + b"\x00" * 99 + b"\xff\xff\xff\x7fPAR1",
        "a hole in its second half": whole[: len(whole) // 2 - 400] + b"\xff" * 400 + whole[len(whole) // 2 :],
    }
    return cuts.get(name, whole)


BROKEN: Final = (
    *("a column less", "no columns", "text for payloads", "numbers for headers", "headers of text", "text for a clock"),
    *("text for offsets", "a column twice", "nothing but nulls", "nothing", "a few bytes", "half", "without its end"),
    *("no parquet", "an end alone", "a hole in its second half"),
)


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_none_of_ours_is_told_and_nothing_of_it_is_taken(name: str, tmp_path: Path) -> None:
    found = shop(tmp_path)
    path = "bronze/tp=orders.validated/dt=2026-03-01/hr=12/kp=0/part-broken"
    assert found.storage.put_new(path, broken(name))
    told = assert_goes_on(found)
    assert [(each["kind"], each["path"], each["rows"]) for each in told["troubles"]] == [("unreadable", path, 0)]
    assert told["troubles"][0]["detail"]
    assert (told["records"], told["rows"]) == (9, 9)
    place = landed(path)
    assert place is not None
    with pytest.raises(Unreadable):
        of_bronze(broken(name), place, raw="orders.raw", contract="orders", dead_letter=False)


def test_a_file_that_vanishes_between_the_list_and_the_reading_is_told(tmp_path: Path) -> None:
    found = shop(tmp_path)
    path = next(entry.path for entry in found.storage.list("bronze/"))
    first = Batches(found.storage, found.subject.folders)
    assert first.open(1, [path], ())
    found.storage.delete(path)
    told = found.run(4)["contracts"][0]
    assert [(each["kind"], each["detail"]) for each in told["troubles"]] == [("unreadable", "the file is gone")]
    assert told["rows"] == 6


def test_payloads_that_rotted_are_told_where_the_pages_have_checksums() -> None:
    """Parquet's Java library writes them unless it is told not to; without them nobody could tell."""
    buffer = BytesIO()
    rows = [row(value=orjson.dumps({"amount": number})) for number in range(2_000)]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), buffer, compression="NONE", write_page_checksum=True)
    data = buffer.getvalue()
    assert sum(map(len, read(data, "orders"))) == len(rows)
    with pytest.raises(Unreadable, match="checksum"):
        list(read(data.replace(b'{"amount":1234}', b'{"amount":1235}'), "orders"))
