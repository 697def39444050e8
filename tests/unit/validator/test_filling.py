"""After a start: a known hole may take its time, a moment's hole is none, and a new one that stays is a fault."""

from collections.abc import Callable, Sequence

import pytest
import structlog
from structlog.testing import LogCapture

from sluice.ledger.balance import Balance, Extent, Partition, balance
from sluice.terminal import Fault
from validator.filling import Clock, Patience, await_filled, holes, patience_of, shown

RAW = Partition(topic="a.raw", number=0)
END = 2_000
PATIENCE = patience_of(120, 20)
Missing = Callable[[float], Sequence[int]]


class World:
    """A clock that only sleeping moves on, and a ledger that follows from it."""

    def __init__(self, missing: Missing) -> None:
        self.now = 0.0
        self._missing = missing
        self.told = LogCapture()

    def look(self) -> tuple[Balance, ...]:
        gone = set(self._missing(self.now))
        return (balance(RAW, Extent(first=0, end=END), [at for at in range(END) if at not in gone]),)

    def wait(self, before: Sequence[int] = ()) -> tuple[Balance, ...]:
        log = structlog.wrap_logger(None, processors=[self.told])
        known = World(lambda _: before).look()
        return await_filled(self.look, known, PATIENCE, log, Clock(now=lambda: self.now, sleep=self._sleep))

    def _sleep(self, seconds: float) -> None:
        self.now += seconds


def filled_after(seconds: float, *, each: float = 0) -> Missing:
    """A hole of ten records that comes out as a whole, or one record after the other."""

    def missing(now: float) -> Sequence[int]:
        came = int((now - seconds) / each) if each else 10
        return range(100 + max(0, came), 110) if now >= seconds else range(100, 110)

    return missing


def test_patience_follows_from_the_checkpoints() -> None:
    assert patience_of(120, 20) == Patience(still_seconds=160, new_seconds=50)


def test_a_ledger_without_a_hole_is_looked_at_once() -> None:
    world = World(lambda _: ())
    assert world.wait()[0].complete
    assert (world.now, world.told.entries) == (0, [])


def test_a_known_hole_may_need_two_checkpoints_and_more() -> None:
    world = World(filled_after(155))
    assert world.wait(range(100, 110))[0].holds
    line = {"event": "being filled", "missing": 10, "first": "a.raw[0] 100..109", "log_level": "info"}
    assert world.told.entries == [line] * 16  # one in ten seconds


def test_a_known_hole_may_take_as_long_as_its_count_falls() -> None:
    world = World(filled_after(0, each=150))
    assert world.wait(range(100, 110))[0].holds
    assert world.now == 1500


def test_a_known_hole_that_stands_still_is_told_without_the_advice_to_start_again() -> None:
    world = World(filled_after(1e9))
    with pytest.raises(Fault, match="none of them came out within 160 s") as told:
        world.wait(range(100, 110))
    assert "--from-outputs" not in str(told.value)


def test_a_new_hole_that_stays_is_a_fault_while_a_known_one_is_filled() -> None:
    world = World(lambda now: [*range(100, 110 if now < 1000 else 100), 500])
    with pytest.raises(Fault, match=r"missing in the outputs: a.raw\[0\] 500; .*--from-outputs"):
        world.wait(range(100, 110))
    assert world.now == 50


def test_a_hole_of_a_moment_is_none_even_where_there_is_always_another() -> None:
    world = World(lambda now: [int(now)])
    assert world.wait()[0].missing
    assert world.now == 1


def test_many_holes_are_told_by_the_first_few() -> None:
    (found,) = World(lambda _: range(0, 20, 2)).look()
    assert shown(holes([found])).endswith("a.raw[0] 8 and 5 more")
