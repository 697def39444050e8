"""Planted faults, each a story of a stream: told the same by a fake Kafka and by a real one."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from sla.paths import bronze
from sluice.ledger.account import Looked, Reach
from sluice.ledger.offsets import Offsets
from tests.unit.sla.works import DAY, MORNING, Works, told, without

LABELS: Final = [f"2013-02-{day:02d}" for day in range(8, 12)]


def a_healthy_stream_balances(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 100))
    works.judge(works.cluster.produce(works.raw, 50, partition=1), partition=1)
    works.land()
    works.stage()
    ledger = works.ledger()
    assert told(ledger) == []
    assert {str(line.partition): line.through for line in (*ledger.judged, *ledger.landed)} == {
        f"{works.raw}[0]": 100,
        f"{works.raw}[1]": 50,
        f"{works.validated}[0]": 90,
        f"{works.validated}[1]": 45,
        f"{works.dead_letter}[0]": 10,
        f"{works.dead_letter}[1]": 5,
    }
    assert ledger.staged.rows == 135
    assert ledger.holds_for("2013-02-08").holds


def markers_between_transactions_are_no_loss(works: Works) -> None:
    """Both on the raw topic, where some transactions were aborted, and in the outputs."""
    offsets: list[int] = []
    for number in range(30):
        made = works.cluster.transact(works.raw, 4, commit=number % 7 != 3)
        if number % 7 != 3:
            works.judge(made)
            offsets += made
    works.land()
    works.stage()
    ledger = works.ledger()
    assert told(ledger) == []
    (line,) = [each for each in ledger.judged if each.partition.number == 0]
    assert line.through == offsets[-1] + 1
    assert ledger.holds_for("2013-02-08").holds


def a_deleted_file_is_named_by_its_offsets(works: Works) -> None:
    for _ in range(3):
        works.judge(works.cluster.produce(works.raw, 20))
        works.land()
    assert told(works.ledger()) == []
    second = [entry.path for entry in works.storage.list(bronze(works.validated))][1]
    works.storage.delete(second)
    expected = [
        "judged missing raw[0]@20..28,30..38",
        f"landed deleted {second}",
        "landed missing validated[0]@19..36",
    ]
    ledger = works.ledger()
    assert told(ledger) == expected
    assert ledger.effort.full
    again = works.ledger()
    assert told(again) == expected
    assert not again.effort.full
    assert again.effort.files == 0


def a_file_that_comes_back_balances_again(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    data = works.storage.get(path)[0]
    assert told(works.ledger()) == []
    works.storage.delete(path)
    assert told(works.ledger()) != []
    works.storage.put_new(path, data)
    assert told(works.ledger()) == []


def a_doubled_file_is_named_by_its_offsets(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    works.storage.put_new(f"{path}-again", works.storage.get(path)[0])
    expected = ["judged twice raw[0]@0..8,10..18", "landed twice validated[0]@0..17"]
    assert told(works.ledger()) == expected
    assert told(works.ledger(full=True)) == expected


def a_file_doubled_later_is_named_too(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    path = works.land()[-1]
    assert told(works.ledger()) == []
    works.storage.put_new(f"{path}-again", works.storage.get(path)[0])
    assert told(works.ledger()) == ["judged twice raw[0]@0..8,10..18", "landed twice validated[0]@0..17"]


def a_dropped_record_is_named(works: Works) -> None:
    """The file's range is whole to its footer."""
    works.judge(works.cluster.produce(works.raw, 20))
    at = works.at(works.validated)
    works.out[at] = without(works.out[at], 5)
    works.land()
    assert told(works.ledger()) == ["judged missing raw[0]@5", "landed missing validated[0]@5"]


def one_dropped_and_one_doubled_do_not_cancel_out(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    at = works.at(works.validated)
    kept = without(works.out[at], 5)
    works.out[at] = [*kept[:7], kept[7], *kept[7:]]
    assert len(works.out[at]) == 18
    works.land()
    assert told(works.ledger()) == [
        "judged missing raw[0]@5",
        "judged twice raw[0]@8",
        "landed missing validated[0]@5",
        "landed twice validated[0]@8",
    ]


def a_lost_dead_letter_is_named(works: Works) -> None:
    offsets = works.cluster.produce(works.raw, 40)
    works.emit(works.validated, [each for each in offsets if each % 10 != 9])
    works.emit(works.dead_letter, [9, 29, 39])
    works.judged_to(40)
    works.land()
    assert told(works.ledger()) == ["judged missing raw[0]@19"]


def a_lost_last_record_is_named_since_the_group_was_told(works: Works) -> None:
    offsets = works.cluster.produce(works.raw, 40)
    works.emit(works.validated, offsets[:37])
    works.judged_to(40)
    works.land()
    assert told(works.ledger()) == ["judged missing raw[0]@37..39"]


def a_record_in_both_outputs_came_twice(works: Works) -> None:
    offsets = works.cluster.produce(works.raw, 20)
    works.judge(offsets)
    works.emit(works.dead_letter, [7])
    works.land()
    assert told(works.ledger()) == ["judged twice raw[0]@7"]


def what_has_not_landed_yet_is_not_missing(works: Works) -> None:
    """The validated records of the second half are in bronze, and its dead letters are not."""
    works.judge(works.cluster.produce(works.raw, 20))
    works.land()
    works.judge(works.cluster.produce(works.raw, 20))
    letters = works.out.pop(works.at(works.dead_letter))
    works.land()
    ledger = works.ledger()
    assert told(ledger) == []
    works.stage()
    waits = works.ledger()
    assert told(waits) == []
    assert not waits.holds_for("2013-02-08").holds
    assert "the landing is behind" in waits.holds_for("2013-02-08").why[0]
    works.out[works.at(works.dead_letter)] = letters
    works.land()
    assert works.ledger().holds_for("2013-02-08").holds


def what_was_asked_once_is_due_when_that_has_landed(works: Works) -> None:
    """More comes out all the time: the landing never reaches the ends, but it reaches those of the last run."""
    before = dict(works.out)
    for number in range(4):
        works.judge(works.cluster.produce(works.raw, 20))
        held = dict(works.out)
        works.out.clear()
        if number:
            works.out.update(before)
            works.land()
        before = held
        ledger = works.ledger()
        assert told(ledger) == []
        assert {line.due for line in ledger.judged if line.partition.number == 0} == {max(0, 20 * number)}


def a_gap_that_expired_unproven_is_told(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    works.cluster.transact(works.raw, 5, commit=False)
    works.judge(works.cluster.produce(works.raw, 20))
    works.land()
    works.cluster.expire(works.at(works.raw), 30)
    assert told(works.ledger()) == ["judged unproven raw[0]@20..25"]


def a_gap_that_was_proven_needs_no_kafka_any_more(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    works.cluster.transact(works.raw, 5, commit=False)
    works.judge(works.cluster.produce(works.raw, 20))
    works.land()
    assert told(works.ledger()) == []
    works.cluster.expire(works.at(works.raw), 30)
    works.cluster.expire(works.at(works.validated), 20)
    assert told(works.ledger(full=True)) == []
    assert told(works.ledger(online=False)) == []


def a_loss_stays_a_loss_when_kafka_has_forgotten_it(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    at = works.at(works.validated)
    works.out[at] = without(works.out[at], 5)
    works.land()
    expected = ["judged missing raw[0]@5", "landed missing validated[0]@5"]
    assert told(works.ledger()) == expected
    works.cluster.expire(works.at(works.raw), 20)
    works.cluster.expire(at, 15)
    assert told(works.ledger(full=True)) == expected
    assert told(works.ledger()) == expected


def what_the_outputs_had_forgotten_before_the_first_landing_is_not_asked_for(works: Works) -> None:
    """The dead letters are kept for longer than the validated records."""
    for _ in range(2):
        works.judge(works.cluster.produce(works.raw, 20))
    at = works.at(works.validated)
    works.cluster.expire(at, 22)
    works.out[at] = [record for record in works.out[at] if record.offset >= 22]
    oldest = works.out[at][0].raw_offset
    works.land()
    ledger = works.ledger()
    assert told(ledger) == []
    assert [line.start for line in ledger.judged if line.partition.number == 0] == [oldest]
    assert told(works.ledger(full=True)) == []


def without_a_group_all_that_the_outputs_hold_is_due(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    at = works.at(works.validated)
    works.out[at] = works.out[at][:-2]
    works.land(told=False)
    assert told(works.ledger()) == ["judged missing raw[0]@17..18", "landed missing validated[0]@16..17"]


def only_new_files_are_read(works: Works) -> None:
    counted = Counter[bool]()
    for _ in range(4):
        works.judge(works.cluster.produce(works.raw, 20))
        works.land()
        ledger = works.ledger()
        assert told(ledger) == []
        counted[ledger.effort.files == 2] += 1
    assert counted == {True: 4}
    assert works.ledger(full=True).effort.files == 8


def a_fault_holds_the_periods_around_it_and_no_other(works: Works) -> None:
    for day in range(4):
        works.judge(works.cluster.produce(works.raw, 20), on=MORNING + day * DAY)
        if day == 1:
            at = works.at(works.validated)
            works.out[at] = without(works.out[at], 30)
        works.land()
    works.stage()
    ledger = works.ledger()
    assert not ledger.holds
    assert [label for label in LABELS if not ledger.holds_for(label).holds] == ["2013-02-09"]


def a_fault_holds_periods_that_may_have_lost_all_of_a_partition(works: Works) -> None:
    """On the second day nothing comes out of one partition: it has no row next to which the loss could lie."""
    for day in range(3):
        on = MORNING + day * DAY
        works.judge(works.cluster.produce(works.raw, 20), on=on)
        other = works.cluster.produce(works.raw, 20, partition=1)
        if day == 1:
            works.judged_to(max(other) + 1, 1)
        else:
            works.judge(other, partition=1, on=on)
        works.land()
        works.stage()
        ledger = works.ledger()
        held = [each for each in LABELS[: day + 1] if not ledger.holds_for(each).holds]
        assert held == [[], LABELS[:2], LABELS[:3]][day]
    works.judge(works.cluster.produce(works.raw, 20), on=MORNING + 3 * DAY)
    works.land()
    works.stage()
    assert works.ledger().holds_for(LABELS[3]).holds  # what came on the third day came after the loss


def a_partition_of_which_nothing_ever_came_out_holds_every_period(works: Works) -> None:
    works.judge(works.cluster.produce(works.raw, 20))
    works.cluster.produce(works.raw, 20, partition=1)
    works.judged_to(20, 1)
    works.land()
    works.stage()
    ledger = works.ledger()
    assert told(ledger) == ["judged missing raw[1]@0..19"]
    assert not ledger.holds_for(LABELS[0]).holds


def a_file_that_is_gone_before_it_was_read_holds_the_period_that_it_was_of(works: Works) -> None:
    for day in range(2):
        for number in range(2):
            made = works.cluster.produce(works.raw, 20, partition=number)
            works.judge(made, partition=number, on=MORNING + day * DAY)
        paths = works.land()
    works.storage.delete(paths[-1])
    works.judged_to(0, 1)  # told of nothing: the outputs alone can say it
    works.stage()
    ledger = works.ledger()
    assert "landed missing validated[1]@19..36" in told(ledger)
    landed = [each for each in ledger.faults if each.balance == "landed"]
    assert [label for label in LABELS if any(each.concerns(label) for each in landed)] == LABELS[:2]


def the_log_tells_what_holds_a_record_and_how_far_partitions_reach(works: Works) -> None:
    for number in range(50):
        works.cluster.transact(works.raw, 3, commit=number % 5 != 0)
    at, log = works.at(works.raw), works.cluster.log
    works.cluster.expire(at, 10)
    empty = Reach(first=0, stable=0, high=0)
    assert log.reach([works.raw, "no-such-topic"]) == {
        at: Reach(first=10, stable=200, high=200),
        works.at(works.raw, 1): empty,
    }
    asked = Offsets.between(10, 200)
    held = [each for each in range(10, 200) if each % 4 != 3 and each // 4 % 5 != 0]
    assert log.look({at: asked}, 1_000)[at] == Looked(at=asked, held=Offsets.of(held))
    few = Looked(at=Offsets.between(10, held[4] + 1), held=Offsets.of(held[:5]))
    assert log.look({at: asked}, 5)[at] == few
    markers = Offsets.of(range(11, 200, 4))
    assert log.look({at: markers}, 5)[at] == Looked(at=markers, held=Offsets())
    works.cluster.commit("a-group", {at: 17})
    assert log.told("a-group", [works.raw, works.validated]) == {at: 17}
    assert log.told("another-group", [works.raw]) == {}


CASES: Final[dict[str, Callable[[Works], None]]] = {
    case.__name__: case
    for case in (
        the_log_tells_what_holds_a_record_and_how_far_partitions_reach,
        a_healthy_stream_balances,
        markers_between_transactions_are_no_loss,
        a_deleted_file_is_named_by_its_offsets,
        a_file_that_comes_back_balances_again,
        a_doubled_file_is_named_by_its_offsets,
        a_file_doubled_later_is_named_too,
        a_dropped_record_is_named,
        one_dropped_and_one_doubled_do_not_cancel_out,
        a_lost_dead_letter_is_named,
        a_lost_last_record_is_named_since_the_group_was_told,
        a_record_in_both_outputs_came_twice,
        what_has_not_landed_yet_is_not_missing,
        what_was_asked_once_is_due_when_that_has_landed,
        a_gap_that_expired_unproven_is_told,
        a_gap_that_was_proven_needs_no_kafka_any_more,
        a_loss_stays_a_loss_when_kafka_has_forgotten_it,
        what_the_outputs_had_forgotten_before_the_first_landing_is_not_asked_for,
        without_a_group_all_that_the_outputs_hold_is_due,
        only_new_files_are_read,
        a_fault_holds_the_periods_around_it_and_no_other,
        a_fault_holds_periods_that_may_have_lost_all_of_a_partition,
        a_partition_of_which_nothing_ever_came_out_holds_every_period,
        a_file_that_is_gone_before_it_was_read_holds_the_period_that_it_was_of,
    )
}
