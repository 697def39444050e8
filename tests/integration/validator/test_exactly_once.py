"""Nothing is lost and nothing is judged twice: over kills, upgrades and outages, proven by coordinates."""

import random
import time
from threading import Event, Thread

import pytest

from connections.reading import committed
from sluice.ledger.balance import Partition
from sluice.terminal import Fault
from tests.integration.validator.conftest import World, judged
from validator.decide import Way
from validator.flink_rest import Flink
from validator.offsets import commit

pytestmark = pytest.mark.integration

KILLS = 3


class Load:
    """Records produced by a thread until it is told to end."""

    def __init__(self, world: World, *names: str) -> None:
        self.produced = 0
        self._ending = Event()
        self._thread = Thread(target=self._run, args=(world, names), daemon=True)
        self._thread.start()

    def _run(self, world: World, names: tuple[str, ...]) -> None:
        while not self._ending.wait(0.2):
            world.produce(200, *names)
            self.produced += 200

    def end(self) -> int:
        self._ending.set()
        self._thread.join(60)
        return self.produced


def test_a_taskmanager_killed_at_three_random_moments_under_load(world: World) -> None:
    world.start()
    load = Load(world)
    chance = random.Random(7)  # noqa: S311 - when to kill is no secret
    for _ in range(KILLS):
        time.sleep(2 + 3 * chance.random())
        world.stack.kill("taskmanager-1")
        world.stack.start("taskmanager-1")
        with world.flink() as flink:
            (job,) = flink.living(world.job_name)
            flink.await_running(job.id, 90)
    time.sleep(2)
    produced = load.end()
    assert judged(world.settled()) == produced


def test_an_upgrade_by_savepoint_under_load_takes_a_new_contract(world: World) -> None:
    world.start()
    load = Load(world)
    time.sleep(3)
    upgraded = world.start(world.frozen(version="1.1.0", longest=20), upgrade=True)
    time.sleep(3)
    produced = load.end()
    assert upgraded.way is Way.SAVEPOINT
    assert judged(world.settled()) == produced


def test_a_running_job_is_not_started_twice(world: World) -> None:
    world.start()
    with pytest.raises(Fault, match="runs already"):
        world.start()


def test_an_upgrade_to_more_topics_and_parallelism_and_back_and_forth(world: World) -> None:
    other = f"{world.name}-more"
    world.topics(other)
    world.start()
    load = Load(world, world.name, other)
    both = world.frozen(world.name, other)
    world.stack.add_taskmanager()
    try:
        more = world.start(both, upgrade=True, parallelism=2)
        time.sleep(2)
        less = world.start(upgrade=True)
        back = world.start(both, upgrade=True, parallelism=2)
        produced = load.end()
        assert (more.way, less.way, back.way) == (Way.SAVEPOINT, Way.OUTPUTS, Way.OUTPUTS)
        assert "judged before" in back.why
        assert judged(world.settled(both)) == 2 * produced
        world.end()
    finally:
        world.stack.stop("taskmanager-2")


def test_an_outage_past_the_transaction_timeout(world: World) -> None:
    world.start(transaction_timeout_seconds=10)
    load = Load(world)
    time.sleep(4)
    world.stack.kill("taskmanager-1")
    time.sleep(25)  # the timeout, and the broker's ten seconds between two looks for transactions to abort
    with world.flink() as flink:
        (job,) = flink.living(world.job_name)
        flink.cancel(job.id, 60)
    world.stack.start("taskmanager-1")
    started = world.start(transaction_timeout_seconds=10)
    produced = load.end()
    assert started.way is Way.OUTPUTS
    assert judged(world.settled()) == produced


def test_a_kill_of_the_whole_cluster_and_a_changed_plan(world: World) -> None:
    world.start()
    load = Load(world)
    time.sleep(3)
    world.stack.kill("jobmanager")
    world.stack.kill("taskmanager-1")
    world.stack.up()
    started = world.start(reload_seconds=30)
    produced = load.end()
    assert started.way is Way.OUTPUTS
    assert judged(world.settled()) == produced


def test_a_gap_in_the_outputs_is_found_and_filled(world: World) -> None:
    """What a silent loss leaves behind, made by moving the group's offsets ahead while nothing runs."""
    world.start()
    world.produce(2000)
    judged(world.settled())
    world.end()
    world.produce(2000)
    ahead = {at: offset + 300 for at, offset in _ends_of_outputs(world).items()}
    commit(world.kafka, world.job_name, ahead)
    job = world.start_wrongly()
    with world.flink() as flink:
        flink.await_running(job, 90)
    world.produce(1000)
    time.sleep(5)
    assert sum(len(run) for each in world.ledger() for run in each.missing) == 600
    filled = world.start(upgrade=True)
    assert filled.way is Way.OUTPUTS
    assert judged(world.settled()) == 5000


def test_a_lost_last_transaction_of_a_quiet_topic_is_found_and_filled(world: World) -> None:
    """The job's state and its group are behind records that never came out, and nothing after them shows the gap."""
    world.start()
    world.produce(1000)
    judged(world.settled())
    world.end()
    world.produce(500)
    commit(world.kafka, world.job_name, _ends_of_raw(world))
    job = world.start_wrongly()
    with world.flink() as flink:
        flink.await_running(job, 90)
    filled = world.start(upgrade=True)
    assert filled.way is Way.OUTPUTS
    assert "the outputs have gaps" in filled.why
    assert judged(world.ledger()) == 1500


def test_a_lost_first_transaction_is_not_skipped_by_what_the_group_was_told(world: World) -> None:
    world.produce(500)
    commit(world.kafka, world.job_name, _ends_of_raw(world))
    assert world.start().way is Way.OUTPUTS
    assert judged(world.ledger()) == 500


def test_offsets_of_the_group_are_read_back_as_they_were_set(world: World) -> None:
    wanted = {Partition(topic=f"{world.name}.raw", number=number): 40 + number for number in (0, 1)}
    commit(world.kafka, world.job_name, wanted)
    assert committed(world.kafka, world.job_name, [f"{world.name}.raw"]) == wanted


def _ends_of_outputs(world: World) -> dict[Partition, int]:
    return {balance.partition: balance.seen[-1].last + 1 for balance in world.ledger()}


def _ends_of_raw(world: World) -> dict[Partition, int]:
    return {balance.partition: balance.extent.end for balance in world.ledger()}


def test_a_savepoint_that_does_not_restore_is_replaced_by_the_outputs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start()
    world.produce(500)
    judged(world.settled())
    stop = Flink.stop_with_savepoint

    def stop_and_lose(self: Flink, job_id: str, patience_seconds: float) -> str:
        return f"{stop(self, job_id, patience_seconds)}-lost"

    monkeypatch.setattr(Flink, "stop_with_savepoint", stop_and_lose)
    started = world.start(upgrade=True)
    world.produce(500)
    assert started.way is Way.OUTPUTS
    assert judged(world.settled()) == 1000
