"""A clock that runs ahead closes nothing: the run says so instead."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

import pytest

from sla import ran
from sla.clock import AHEAD_MAX, refuse_ahead
from sluice.terminal import Fault
from tests.unit.sla.shop import Shop, label

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


def test_a_contract_may_be_called_clock(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract(changed={"id: orders": "id: clock"})
    for _ in range(2):
        told = shop.sla("run", "--as-of", label(2), "--no-alerts")
        assert told.exit_code in {0, 1}, told.output


def test_a_moment_to_come_closes_no_period_by_its_deadline(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract()
    told = shop.sla("run", "--as-of", f"{datetime.now(UTC) + timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}", "--no-alerts")
    assert told.exit_code == 2
    assert "in the future" in told.output


def test_a_day_that_has_begun_somewhere_is_judged_as_of_now_where_it_has_not(tmp_path: Path) -> None:
    shop = Shop(folder=tmp_path).contract(changed={"{eventTime: at}": "{eventTime: at, landingTimezone: Etc/GMT+12}"})
    first = datetime.now(timezone(timedelta(hours=14))).date()
    assert shop.sla("run", "--as-of", first.isoformat(), "--no-alerts").exit_code in {0, 1}
    ended = ran.last(shop.storage, shop.subject.folders)
    assert ended is not None
    assert ended.as_of <= ended.at
    assert shop.sla("run", "--as-of", (first + timedelta(days=1)).isoformat(), "--no-alerts").exit_code == 2


@pytest.mark.parametrize(
    "moment", ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31"]
)
@pytest.mark.parametrize(
    "command", [("run", "--as-of"), ("backtest", "orders", "--to"), ("backtest", "orders", "--from")]
)
def test_a_moment_that_nothing_can_be_reckoned_from_is_refused(
    moment: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    shop = Shop(folder=tmp_path).contract()
    shop.sell(0, {})
    told = shop.sla(*command, moment)
    assert told.exit_code == 2
    assert "Traceback" not in told.stderr
    assert "of the years 1900 to 2999" in " ".join(told.stderr.replace("│", " ").split())
