"""A clock that runs ahead closes nothing: the run says so instead."""

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from sla.clock import AHEAD_MAX, refuse_ahead
from sluice.terminal import Fault
from tests.unit.sla.shop import Shop

SECOND = timedelta(seconds=30)


class Ahead(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Ahead":
        return super().now(tz) + timedelta(hours=1)


def test_a_clock_that_is_a_little_ahead_or_behind_is_believed_again_and_again(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path)
    now = datetime.now(UTC)
    for moment in (now, now + AHEAD_MAX - SECOND, now - timedelta(days=1)):
        refuse_ahead(shop.storage, moment)


def test_a_clock_far_ahead_of_the_storage_is_refused_every_time(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path)
    for _ in range(2):
        with pytest.raises(Fault, match=r"clock is 5 min ahead of that of file://.*set the clock"):
            refuse_ahead(shop.storage, datetime.now(UTC) + AHEAD_MAX + SECOND)


def test_a_run_by_such_a_clock_stages_and_judges_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    monkeypatch.setattr("sla.commands.run.datetime", Ahead)
    told = shop.sla("run", "--no-alerts")
    assert told.exit_code == 2
    assert "59 min ahead" in told.output or "60 min ahead" in told.output
    assert [each.path for each in shop.storage.list("staged/")] == []
