"""What lies in files: staged rows against bronze rows, files that cannot be read, and what retention takes away."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from connections.settings import Lake
from connections.storage import Storage, storage_of
from sla.erased import Gone, bury
from sla.ledger import memory
from sla.ledger.coordinates import of_bronze
from sla.ledger.ledger import Span
from sla.paths import bronze, landed
from sla.verdicts import Standing
from sluice.ledger.account import Looked
from sluice.ledger.balance import Partition
from sluice.ledger.offsets import Offsets
from tests.unit.sla.clusters import FakeCluster
from tests.unit.sla.lake import Record, bronze_file
from tests.unit.sla.works import DAY, MORNING, Works, told, without


@pytest.fixture
def works(tmp_path: Path) -> Works:
    return Works(cluster=FakeCluster(), storage=storage_of(Lake(root=f"file://{tmp_path}")))


def two_days(works: Works) -> None:
    """Raw offsets 0 to 19 on the eighth, 20 to 39 on the ninth, staged in a batch each."""
    for day in range(2):
        works.judge(works.cluster.produce(works.raw, 20), on=MORNING + day * DAY)
        works.land()
        works.stage()


def staged(works: Works, label: str) -> str:
    (path,) = paths_of(works, label)
    return path


def paths_of(works: Works, label: str) -> list[str]:
    paths = [entry.path for entry in works.storage.list(works.subject.folders.period(label))]
    return [path for path in paths if path.endswith(".parquet")]


def erase(works: Works, label: str) -> None:
    gone = Gone(at=MORNING, rows=18, standing=Standing.PROMOTED)
    bury(works.storage, works.subject.folders, {label: gone})


def rewrite(storage: Storage, path: str, rows: list[int]) -> None:
    table = pq.read_table(BytesIO(storage.get(path)[0]))
    buffer = BytesIO()
    pq.write_table(table.take(rows), buffer)
    storage.delete(path)
    assert storage.put_new(path, buffer.getvalue())


def test_a_staged_file_that_is_gone_holds_its_period_alone(works: Works) -> None:
    two_days(works)
    assert told(works.ledger()) == []
    path = staged(works, "2013-02-09")
    works.storage.delete(path)
    ledger = works.ledger()
    assert told(ledger) == [f"staged deleted or unreadable {path}", "staged missing raw[0]@20..28,30..38"]
    assert [ledger.holds_for(label).holds for label in ("2013-02-08", "2013-02-09")] == [True, False]
    assert told(works.ledger()) == told(ledger)


def test_a_row_lost_and_a_row_doubled_while_staging_are_both_named(works: Works) -> None:
    two_days(works)
    rewrite(works.storage, staged(works, "2013-02-08"), [0, 1, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17])
    expected = ["staged missing raw[0]@2", "staged twice raw[0]@1"]
    assert told(works.ledger()) == expected
    assert told(works.ledger()) == expected
    assert works.ledger().staged.uneven[0].periods == ("2013-02-08",)


def test_what_was_compared_is_compared_again_in_full_only(works: Works) -> None:
    two_days(works)
    assert told(works.ledger()) == []
    rewrite(works.storage, staged(works, "2013-02-08"), [*range(1, 18)])
    assert told(works.ledger()) == []
    assert told(works.ledger(full=True)) == ["staged missing raw[0]@0"]


def test_control_records_and_tombstones_are_judged_and_have_no_row(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 8))
    at = works.at(works.validated)
    works.out[at][2] = replace(works.out[at][2], verdict="control")
    works.out[at][5] = replace(works.out[at][5], value=None)
    works.land()
    works.stage()
    ledger = works.ledger()
    assert (told(ledger), ledger.staged.rows) == ([], 6)


def test_of_change_events_a_tombstone_in_an_envelope_has_no_row_either(tmp_path: Path) -> None:
    storage = storage_of(Lake(root=f"file://{tmp_path}"))
    works = Works(cluster=FakeCluster(), storage=storage, stream=", source: cdc")
    works.judge(works.cluster.produce(works.raw, 6))
    at = works.at(works.validated)
    after = b'{"op": "c", "before": null, "after": {"at": "2013-02-08T09:00:00Z", "amount": 1}}'
    events = [after, after, b'{"schema": null, "payload": null}', after, None, after]
    works.out[at] = [replace(each, value=event) for each, event in zip(works.out[at], events, strict=True)]
    works.land()
    works.stage()
    ledger = works.ledger()
    assert (told(ledger), ledger.staged.rows) == ([], 4)
    (path,) = [staged(works, "2013-02-08")]
    rewrite(works.storage, path, [0, 1, 3])
    assert told(works.ledger(full=True)) == ["staged missing raw[0]@3"]


def test_rows_without_our_header_or_with_another_are_told(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    good, bad = works.at(works.validated), works.at(works.dead_letter)
    works.out[good][0] = replace(works.out[good][0], marked=False)
    works.out[good][1] = replace(works.out[good][1], verdict="invalid")
    works.out[bad][0] = replace(works.out[bad][0], headers={"__contract.source.offset": b"8"})
    letters, records = works.land()
    assert told(works.ledger()) == sorted([
        f"judged disagreeing {letters}",
        f"judged mislabelled {records}",
        f"judged unmarked {records}",
        "judged missing raw[0]@0",
    ])  # fmt: skip


def test_a_record_that_another_contract_judged_is_told_and_is_nobody_s_raw_record(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    good = works.at(works.validated)
    works.out[good][3] = replace(works.out[good][3], contract="parcels/1.0.0")
    _, records = works.land()
    works.stage()
    assert told(works.ledger()) == [f"judged foreign {records}", "judged missing raw[0]@3"]


def test_a_header_that_no_column_holds_costs_its_row_and_not_its_file() -> None:
    records = [
        Record(value=b"{}", appended=MORNING, offset=at, raw_offset=raw, contract="orders/1.0.0")
        for at, raw in enumerate((7, 10**19 - 1))
    ]
    place = landed("bronze/tp=orders.validated/dt=2013-02-08/hr=09/kp=0/part-0")
    assert place is not None
    found = of_bronze(bronze_file(records), place, raw="orders.raw", contract="orders", dead_letter=False)
    assert (found.offset.tolist(), found.raw_offset.tolist()) == ([0, 1], [7])
    assert [(each.kind, each.rows) for each in found.oddities] == [("unmarked", 1)]


def test_a_file_of_another_partition_is_told(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    other = path.replace("/kp=0/", "/kp=1/")
    works.storage.put_new(other, works.storage.get(path)[0])
    assert told(works.ledger()) == [
        "judged twice raw[0]@0..8,10..18",
        f"landed misplaced {other}",
        "landed stray validated[1]@0..17",
    ]


def test_a_file_that_cannot_be_read_is_told_until_it_can(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    data = works.storage.get(path)[0]
    works.storage.delete(path)
    works.storage.put_new(path, data[:-20])
    expected = ["judged missing raw[0]@0..8,10..18", "landed missing validated[0]@0..17", f"landed unreadable {path}"]
    assert told(works.ledger()) == expected
    assert told(works.ledger()) == expected
    works.storage.delete(path)
    works.storage.put_new(path, data)
    assert told(works.ledger()) == []


def test_a_topic_made_again_is_no_quiet_gap(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    works.land()
    assert isinstance(works.cluster, FakeCluster)
    works.cluster.topics[works.at(works.raw)] = works.cluster.topics[works.at(works.raw)][:5]
    assert told(works.ledger()) == ["judged stray raw[0]@5..19"]


class Forgetful(FakeCluster):
    """Expires raw records just before it looks for them, as a broker may at any moment."""

    expired: int = 0

    def look(self, asked: Mapping[Partition, Offsets], at_most: int) -> Mapping[Partition, Looked]:
        told = super().look(asked, at_most)
        raw = {at for at in asked if at.topic.endswith(".raw")}
        for at in raw:
            self.expire(at, self.expired)
        gone = Offsets.between(0, self.expired)
        return {at: replace(each, held=each.held - gone) if at in raw else each for at, each in told.items()}


def test_what_expires_while_it_is_looked_for_is_not_proven_empty(tmp_path: Path) -> None:
    works = Works(cluster=Forgetful(), storage=storage_of(Lake(root=f"file://{tmp_path}")))
    works.judge(works.cluster.produce(works.raw, 20))
    at = works.at(works.validated)
    works.out[at] = without(works.out[at], 5)
    works.land()
    assert isinstance(works.cluster, Forgetful)
    works.cluster.expired = 10
    expected = ["judged unproven raw[0]@5", "landed missing validated[0]@5"]
    assert told(works.ledger()) == expected
    assert told(works.ledger(full=True)) == expected


@pytest.mark.parametrize("before", [True, False])
def test_a_partition_that_is_new_answers_from_its_first_record(before: bool, works: Works) -> None:
    """Though the outputs have forgotten their oldest: by then their silence on other partitions tells nothing."""
    assert isinstance(works.cluster, FakeCluster)
    new = [works.at(topic, 1) for topic in (works.raw, works.validated, works.dead_letter)]
    for each in new:
        del works.cluster.topics[each]
    two_days(works)
    assert told(works.ledger()) == []
    works.cluster.expire(works.at(works.validated), 10)
    assert told(works.ledger()) == []
    for each in new:
        works.cluster.topics[each] = []
    if before:  # a run saw it while it was empty
        assert told(works.ledger()) == []
    made = works.cluster.produce(works.raw, 20, partition=1)
    works.judge(made[5:], partition=1, on=MORNING + DAY)
    works.land()
    works.stage()
    assert told(works.ledger()) == ["judged missing raw[1]@0..4"]
    assert told(works.ledger(full=True)) == ["judged missing raw[1]@0..4"]


def test_what_retention_takes_is_no_loss(works: Works) -> None:
    two_days(works)
    assert told(works.ledger()) == []
    leaving = [
        entry.path for topic in (works.validated, works.dead_letter) for entry in works.storage.list(bronze(topic))
    ]
    leaving = [path for path in leaving if "/dt=2013-02-08/" in path] + [staged(works, "2013-02-08")]
    erase(works, "2013-02-08")
    memory.release(works.storage, works.subject.folders, leaving)
    assert told(works.ledger()) == []  # before they are deleted
    for path in leaving:
        works.storage.delete(path)
    assert told(works.ledger()) == []
    works.cluster.expire(works.at(works.raw), 20)
    full = works.ledger(full=True)
    assert told(full) == []
    assert full.judged[0].through == 40


def test_late_rows_of_a_period_that_retention_took_are_no_loss(works: Works) -> None:
    """They are staged, looked past, and go with the next plan; what is lost of another period beside them is a loss."""
    two_days(works)
    assert told(works.ledger()) == []
    erase(works, "2013-02-08")
    for day in range(2):
        works.judge(works.cluster.produce(works.raw, 20), on=MORNING + day * DAY)
    works.land()
    works.stage()
    assert told(works.ledger()) == []
    late = [path for path in paths_of(works, "2013-02-08") if "/00000003-" in path]
    memory.release(works.storage, works.subject.folders, late)
    for path in late:
        works.storage.delete(path)
    assert told(works.ledger(full=True)) == []
    (lost,) = (path for path in paths_of(works, "2013-02-09") if "/00000003-" in path)
    works.storage.delete(lost)
    assert told(works.ledger()) == [
        f"staged deleted or unreadable {lost}",
        "staged missing raw[0]@60..68,70..78",
    ]


def test_a_loss_is_found_beside_what_retention_took(works: Works) -> None:
    two_days(works)
    works.ledger()
    paths = [entry.path for entry in works.storage.list(bronze(works.validated))]
    memory.release(works.storage, works.subject.folders, paths[:1])
    for path in paths:
        works.storage.delete(path)
    assert told(works.ledger()) == [
        "judged missing raw[0]@20..28,30..38",
        f"landed deleted {paths[1]}",
        "landed missing validated[0]@19..36",
    ]


def test_a_run_that_is_overtaken_leaves_the_memory_of_the_other(works: Works) -> None:
    two_days(works)
    before, version = memory.recall(works.storage, works.subject.folders)
    works.ledger()
    kept = memory.recall(works.storage, works.subject.folders)
    assert not memory.remember(works.storage, works.subject.folders, before, version)
    assert memory.recall(works.storage, works.subject.folders) == kept


def test_faults_are_told_for_the_periods_that_were_asked_about(works: Works) -> None:
    for day in range(3):
        works.judge(works.cluster.produce(works.raw, 20), on=MORNING + day * DAY)
        if day == 1:
            at = works.at(works.validated)
            works.out[at] = without(works.out[at], 30)
        works.land()
        works.stage()
    ledger = works.ledger()
    assert [len(ledger.about(Span(period=f"2013-02-{day:02d}")).faults) for day in (8, 9, 10)] == [0, 2, 0]
    assert ledger.about(Span(since="2013-02-10")).holds
    assert not ledger.about(Span(since="2013-02-09")).holds


def test_the_reconciliation_of_a_period_counts_and_names(works: Works) -> None:
    two_days(works)
    works.judge(works.cluster.produce(works.raw, 20), on=MORNING + 2 * DAY)
    at = works.at(works.validated)
    works.out[at] = [*without(works.out[at], 45), works.out[at][0]]
    works.land()
    works.stage()
    ledger = works.ledger()
    grid = works.subject.grid
    told_ = [ledger.reconciled(grid.period(f"2013-02-{day:02d}")) for day in (9, 10)]
    assert [(each.raw, each.missing, each.doubled) for each in told_] == [(20, 0, 0), (21, 1, 1)]
    assert told_[1].places == ("orders.raw[0]@45", "orders.raw[0]@40")


def renamed(works: Works) -> Works:
    """The same stream under new names of its outputs; what the jobs do goes there from now on."""
    stream = replace(works.subject.stream, validated="sales.validated", dead_letter="sales.dead-letter")
    for topic in (stream.validated, stream.dead_letter):
        works.cluster.make(topic, 2)
    works.subject = replace(works.subject, stream=stream)
    return works


@pytest.mark.parametrize("full", [False, True])
def test_outputs_that_were_renamed_lose_and_double_nothing(full: bool, works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    works.land()
    works.stage()
    assert told(works.ledger()) == []
    works.judge(works.cluster.produce(works.raw, 20))
    works.land()
    renamed(works).stage()
    ledger = works.ledger(full=full)
    assert told(ledger) == []
    assert ledger.staged.rows == 36


def test_a_file_of_a_renamed_output_that_was_deleted_is_told(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    works.stage()
    works.ledger()
    renamed(works).stage()
    works.storage.delete(path)
    assert f"landed deleted {path}" in told(works.ledger())
