"""What is remembered of periods: bounded however often a period is judged, and read side by side."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from connections.storage import Storage, storage_of
from sla.backtest.sandbox import Sandbox
from sla.paths import Folders
from sla.verdicts import Act, Deed, Period, Periods, Revision, Verdict, with_deed, with_revision
from sluice.finding.model import Finding, Outcome, Window
from tests.unit.sla.shop import DAY, FIRST, Shop, label

FOLDERS = Folders(contract="orders", object="order")


def revision(number: int) -> Revision:
    """One that has a file more than the one before it, and something to say of fifty segments."""
    finding = Finding(
        contract="orders",
        version="1.0.0",
        object="order",
        check="amounts",
        kind="nullValues",
        window=Window(start=FIRST, end=FIRST + DAY),
        outcome=Outcome.BREACHED,
        expected="< 50 %",
    )
    return Revision(
        number=number,
        at=FIRST + timedelta(hours=number),
        files=tuple(f"staged/orders/order/period={label(0)}/{each:08d}-1.0.0.parquet" for each in range(number)),
        verdict=Verdict.PASSED,
        closed="its deadline has passed",
        findings=(finding,) * 50,
    )


def published(number: int) -> Deed:
    made = revision(number)
    return Deed(act=Act.PROMOTE, at=made.at, by="sla run", why="", revision=number, files=made.files)


def judged_and_published(before: Period, number: int) -> Period:
    return with_deed(with_revision(before, revision(number)), published(number))


@pytest.fixture
def periods(tmp_path: Path) -> Periods:
    return Periods(storage_of(Shop(folder=tmp_path).lake), FOLDERS)


def test_of_older_judgings_the_verdict_is_kept_and_of_the_newest_all(periods: Periods) -> None:
    for number in (1, 2, 3):
        memory = periods.change(label(0), lambda before, number=number: judged_and_published(before, number))  # type: ignore[misc]  # bound at once
    assert memory == periods.get(label(0))
    assert memory.newest == revision(3)
    assert memory.published == revision(3).files
    assert [(each.number, each.verdict, each.findings) for each in memory.revisions[:2]] == [
        (1, Verdict.PASSED, ()),
        (2, Verdict.PASSED, ()),
    ]


def test_a_hold_leaves_what_is_published_known(periods: Periods) -> None:
    hold = Deed(act=Act.HOLD, at=FIRST, by="a person", why="wait", revision=2)
    periods.change(label(0), lambda before: judged_and_published(before, 1))
    memory = periods.change(label(0), lambda before: with_deed(with_revision(before, revision(2)), hold))
    assert memory.published == revision(1).files


def test_a_period_that_is_judged_every_hour_of_a_month_does_not_swell(tmp_path: Path, periods: Periods) -> None:
    for number in range(1, 101):
        periods.change(label(0), lambda before, number=number: judged_and_published(before, number))  # type: ignore[misc]  # bound at once
    size = len(storage_of(Shop(folder=tmp_path).lake).get(FOLDERS.verdicts(label(0)))[0])
    alone = Periods(Sandbox(storage_of(Shop(folder=tmp_path).lake)), FOLDERS)
    assert size < 100_000
    assert alone.get(label(0)).newest == revision(100)


@dataclass
class Together:
    """A storage that answers nobody until several have asked."""

    inner: Storage
    barrier: Barrier

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def get(self, path: str) -> tuple[bytes, str]:
        self.barrier.wait(timeout=10)
        return self.inner.get(path)


def test_memories_are_read_side_by_side_and_come_in_order(tmp_path: Path, periods: Periods) -> None:
    for day in range(8):
        periods.change(label(day), lambda before: judged_and_published(before, 1))
    slow = Together(storage_of(Shop(folder=tmp_path).lake), Barrier(4))
    found = Periods(slow, FOLDERS).all()  # type: ignore[arg-type]  # it has whatever the storage has
    assert list(found) == [label(day) for day in range(8)]
    assert all(each.newest == revision(1) for each in found.values())
