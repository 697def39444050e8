"""A batch staged: what came is typed, by period; what could not be taken is told; twice is the same as once."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from connections.settings import Lake
from connections.storage import Storage, storage_of
from sla.paths import Folders
from sla.staging.batches import Batch, Done
from sla.staging.stage import stage
from sla.staging.typed import Recipe
from sla.staging.versions import Layout
from sluice.checks.periods import Grid
from sluice.contract.model import Contract, SchemaObject
from sluice.contract.read import parse
from sluice.profile.codec import decode
from sluice.profile.contracted import spec_of
from sluice.profile.model import ArrivalCounts, SliceKey
from tests.unit.sla.lake import Record, land

CONTRACT = b"""
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.1.0
status: draft
schema:
  - name: order
    physicalName: orders.validated
    logicalType: object
    properties:
      - {name: at, logicalType: timestamp, required: true}
      - {name: amount, logicalType: integer}
      - {name: kind, logicalType: string}
    customProperties:
      - {vendor: sluice, property: stream, value: {eventTime: at, landingTimezone: America/New_York, producerHeader: producer, unknownFields: warn, tombstones: pass}}
    quality:
      - {name: amounts, metric: nullValues, arguments: {properties: [amount]}, mustBe: 0, customProperties: [{vendor: sluice, property: segmentBy, value: [kind]}]}
"""  # noqa: E501 - a rule a line reads best
EIGHTH = datetime(2013, 2, 8, 12, tzinfo=UTC)
NINTH = datetime(2013, 2, 9, 4, 59, tzinfo=UTC)  # still the eighth in New York


def order(at: datetime, **more: Any) -> bytes:
    return orjson.dumps({"at": at.isoformat(), "amount": 1, "kind": "a", **more})


def record(value: bytes | None, offset: int, **more: Any) -> Record:
    given: dict[str, Any] = {"appended": EIGHTH, "contract": "orders/1.1.0", "raw_offset": offset, "offset": offset}
    return Record(value=value, **{**given, **more})


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return storage_of(Lake(root=f"file://{tmp_path}"))


def described(text: bytes = CONTRACT) -> SchemaObject:
    parsed = parse(text, "orders.odcs.yaml")
    assert isinstance(parsed, Contract), parsed
    return parsed.objects[0]


def staged(storage: Storage, *paths: str, text: bytes = CONTRACT) -> Done:
    found = described(text)
    assert found.stream is not None
    recipe = Recipe(
        folders=Folders(contract="orders", object="order"),
        described=found,
        stream=found.stream,
        grid=Grid.of(found.stream.landing_period, found.stream.landing_timezone),
        spec=spec_of(found),
        layout_of={
            "1.1.0": Layout(fields=found.fields, event_time=found.stream.event_time),
            "1.0.0": Layout(fields=found.fields[:2], event_time=found.stream.event_time),
        }.get,
    )
    return stage(storage, recipe, Batch(number=1, files=paths, dead_letters=("orders.dead-letter",)))


def rows(storage: Storage, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(BytesIO(storage.get(path)[0])).to_pylist()
    return found


def test_rows_are_typed_by_the_local_day_of_their_event(storage: Storage) -> None:
    path = land(
        storage,
        "orders.validated",
        [
            record(order(EIGHTH), 10, producer="app/1"),
            record(order(NINTH, amount=None), 11),
            record(order(NINTH + timedelta(minutes=1)), 12),
        ],
    )
    done = staged(storage, path)
    assert [(each.period, each.rows, each.version) for each in done.staged] == [
        ("2013-02-08", 2, "1.1.0"),
        ("2013-02-09", 1, "1.1.0"),
    ]
    first = rows(storage, done.staged[0].path)[0]
    assert first == {
        "at": EIGHTH,
        "amount": 1,
        "kind": "a",
        "_extra": None,
        "_raw_partition": 0,
        "_raw_offset": 10,
        "_appended_at": EIGHTH,
        "_judged_at": EIGHTH + timedelta(seconds=1),
        "_landed_at": EIGHTH + timedelta(seconds=2),
        "_version": "1.1.0",
        "_producer": "app/1",
        "_period": "2013-02-08",
    }


def test_the_profile_beside_a_file_is_that_of_its_rows(storage: Storage) -> None:
    path = land(storage, "orders.validated", [record(order(EIGHTH, amount=n), n, producer="app/1") for n in range(5)])
    (made,) = staged(storage, path).staged
    profile = decode(storage.get(made.profile)[0])
    assert (profile.contract, profile.object, profile.period.label) == ("orders", "order", "2013-02-08")
    assert profile.total.rows == 5
    assert profile.total.columns["amount"].mean == 2
    assert {SliceKey(segment=(("kind", "a"),)), SliceKey(producer="app/1")} <= profile.slices.keys()


def test_each_version_is_read_by_its_own_fields(storage: Storage) -> None:
    old = record(order(EIGHTH), 1, contract="orders/1.0.0")
    new = record(order(EIGHTH), 2)
    done = staged(storage, land(storage, "orders.validated", [old, new]))
    assert [each.version for each in done.staged] == ["1.0.0", "1.1.0"]
    assert rows(storage, done.staged[0].path)[0]["_extra"] == '{"kind":"a"}'
    assert "kind" not in rows(storage, done.staged[0].path)[0]


def test_a_version_that_nobody_knows_is_read_by_the_fields_of_today_and_told(storage: Storage) -> None:
    done = staged(storage, land(storage, "orders.validated", [record(order(EIGHTH), 1, contract="orders/0.9.0")]))
    assert [(each.kind, each.rows) for each in done.troubles] == [("unknown-version", 1)]
    assert done.staged[0].version == "0.9.0"


def test_what_has_no_row_is_not_staged_and_what_cannot_be_taken_is_told(storage: Storage) -> None:
    path = land(
        storage,
        "orders.validated",
        [
            record(None, 1),  # a tombstone
            record(b"{}", 2, verdict="control"),
            record(order(EIGHTH), 3, marked=False),
            record(b"\x00\x00\x00\x00\x07" + order(EIGHTH), 4),  # framed
            record(b"no json", 5),
        ],
    )
    done = staged(storage, path)
    assert sorted((each.kind, each.rows) for each in done.troubles) == [("undecodable", 1), ("unmarked", 1)]
    assert done.arrivals.hours == {EIGHTH: ArrivalCounts(valid=3, control=1)}
    assert [(each.rows, sum(map(len, each.offsets[0]))) for each in done.staged] == [(2, 2)]


def test_a_header_that_no_column_holds_costs_its_row_and_not_its_file(storage: Storage) -> None:
    rows_of_it = [record(order(EIGHTH), 1), record(order(EIGHTH), 2, raw_partition=9_999_999_999)]
    done = staged(storage, land(storage, "orders.validated", rows_of_it))
    assert [(each.kind, each.rows) for each in done.troubles] == [("unmarked", 1)]
    assert [each.rows for each in done.staged] == [1]


def test_a_verdict_that_is_not_of_the_topic_is_told_and_not_counted(storage: Storage) -> None:
    done = staged(storage, land(storage, "orders.validated", [record(order(EIGHTH), 1, verdict="invalid")]))
    assert [(each.kind, each.rows) for each in done.troubles] == [("mislabelled", 1)]
    assert done.arrivals.hours == {}


@pytest.mark.parametrize("topic", ["orders.validated", "orders.dead-letter"])
def test_a_record_that_another_contract_judged_is_told_and_counts_for_nothing(topic: str, storage: Storage) -> None:
    verdict = "valid" if topic == "orders.validated" else "invalid"
    later = EIGHTH + timedelta(days=1)
    ours = record(order(EIGHTH), 1, verdict=verdict)
    theirs = [
        record(order(later), number, verdict=verdict, contract=f"{name}/1.1.0", appended=later)
        for number, name in enumerate(("parcels", "orders2", "xorders", "order.", "orders%2F1.1.0"), start=2)
    ]
    done = staged(storage, land(storage, topic, [ours, *theirs]))
    assert [(each.kind, each.rows) for each in done.troubles] == [("foreign", len(theirs))]
    assert list(done.arrivals.hours) == [EIGHTH]
    assert done.watermarks == {0: EIGHTH}
    assert [each.rows for each in done.staged] == ([1] if verdict == "valid" else [])


def test_a_valid_record_in_the_topic_of_dead_letters_is_told_and_not_counted(storage: Storage) -> None:
    letters = [record(b"{", 1, verdict="invalid"), record(b"{", 2), record(b"{", 3, verdict="control")]
    done = staged(storage, land(storage, "orders.dead-letter", letters))
    assert [(each.kind, each.rows) for each in done.troubles] == [("mislabelled", 2)]
    assert done.arrivals.hours == {EIGHTH: ArrivalCounts(invalid_first=1)}


def test_a_version_that_is_a_path_leads_nowhere(storage: Storage) -> None:
    evil = record(order(EIGHTH), 1, contract="orders/x%2F..%2F..%2F..%2F..%2Fevil")
    (made,) = staged(storage, land(storage, "orders.validated", [evil])).staged
    assert made.path.startswith("staged/orders/order/period=2013-02-08/00000001-x%2F..")
    assert ".." not in made.path.split("/")


def test_dead_letters_are_counted_by_their_attempt_and_never_staged(storage: Storage) -> None:
    letters = [
        record(b"{", number, verdict="invalid", headers={"__contract.attempt": attempt}, appended=EIGHTH)
        for number, attempt in enumerate((b"1", b"1", b"2"))
    ]
    done = staged(storage, land(storage, "orders.dead-letter", letters))
    assert done.arrivals.hours == {EIGHTH: ArrivalCounts(invalid_first=2, invalid_replayed=1)}
    assert done.staged == ()
    assert done.watermarks == {0: EIGHTH}


def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(storage: Storage) -> None:
    good = land(storage, "orders.validated", [record(order(EIGHTH), 1)])
    storage.put_new("bronze/tp=orders.validated/dt=2013-02-08/hr=13/kp=0/part-1", b"PAR1 cut off")
    done = staged(
        storage,
        good,
        "bronze/tp=orders.validated/dt=2013-02-08/hr=13/kp=0/part-1",
        "bronze/tp=orders.validated/dt=2013-02-08/hr=13/kp=0/gone",
    )
    assert [each.kind for each in done.troubles] == ["unreadable", "unreadable"]
    assert [each.rows for each in done.staged] == [1]


def test_a_batch_staged_twice_is_the_same_as_once(storage: Storage) -> None:
    path = land(storage, "orders.validated", [record(order(EIGHTH, amount=n), n) for n in range(9)])
    first = staged(storage, path)
    held = {entry.path: storage.get(entry.path)[0] for entry in storage.list("staged/")}
    second = staged(storage, path)
    assert second.staged == first.staged
    assert {entry.path: storage.get(entry.path)[0] for entry in storage.list("staged/")} == held


def test_a_change_event_is_staged_as_the_row_that_it_leaves_behind(storage: Storage) -> None:
    text = CONTRACT.replace(b"eventTime: at,", b"eventTime: at, source: cdc,").replace(
        b"{name: kind, logicalType: string}", b"{name: kind, logicalType: string, required: true, primaryKey: true}"
    )
    row = {"at": EIGHTH.isoformat(), "amount": 1, "kind": "a"}
    gone = {"op": "d", "before": row, "after": None, "source": {}}
    changed = {"op": "u", "before": None, "after": {**row, "amount": 2}, "source": {}}
    done = staged(
        storage,
        land(
            storage,
            "orders.validated",
            [
                record(orjson.dumps({"schema": None, "payload": {"op": "c", "after": row, "source": {}}}), 1),
                record(orjson.dumps(changed), 2),
                record(orjson.dumps(gone), 3, key=b'{"kind":"a"}'),
                record(None, 4),
            ],
        ),
        text=text,
    )
    found = [
        (each["_op"], each["_raw_offset"], each["kind"], each["amount"]) for each in rows(storage, done.staged[0].path)
    ]
    assert found == [("c", 1, "a", 1), ("u", 2, "a", 2), ("d", 3, "a", None)]


def test_a_header_that_is_no_text_makes_its_own_row_unmarked_and_no_other(storage: Storage) -> None:
    found = [
        record(order(EIGHTH), 1, marked=False, headers={"__contract": b"\xff\xfe"}),
        record(order(EIGHTH), 2),
        record(order(EIGHTH), 3, marked=False, headers={"__contract": "v=1;c=örders".encode()}),
    ]
    done = staged(storage, land(storage, "orders.validated", found))
    assert [(each.kind, each.rows) for each in done.troubles] == [("unmarked", 2)]
    assert [row["_raw_offset"] for row in rows(storage, done.staged[0].path)] == [2]
