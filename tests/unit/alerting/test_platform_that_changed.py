"""Parts of the platform that are there no more: their incidents end, and it is said why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from alerting.platform.finding import Look, finding_of
from alerting.platform.gone import UNSEEN, gone
from alerting.serve import NEVER, Server, is_due
from alerting.settings import Alerting, AlertSettings
from alerting.store import incidents
from alerting.store.database import Database
from connections.settings import Kafka, Registry
from local_stack.ports import free_port
from sluice.incident.decide import decide
from sluice.incident.key import key_of
from sluice.incident.policy import PLATFORM
from sluice.incident.told import Told
from tests.unit.alerting.receivers import Receiver, receiver
from tests.unit.alerting.test_platform import jobs
from tests.unit.incident.findings import NOW

ANSWERS = Look(check="flink", expected="", ok=True)


def look(check: str, ok: bool | None, **segment: str) -> Look:
    return Look(check=check, expected="", ok=ok, segment=tuple(segment.items()))


def opened(check: str, **segment: str) -> Told:
    told = Told(key=key_of(finding_of(look(check, ok=False, **segment), NOW)))
    for seconds in (0, 30):
        at = NOW + timedelta(seconds=seconds)
        told = decide(finding_of(look(check, ok=False, **segment), at), told, at, PLATFORM).told
    assert told.is_open
    return told


@pytest.mark.parametrize(
    ("check", "looks", "flink", "after", "why"),
    [
        ("job-runs", (ANSWERS, look("job-runs", None, job="land")), True, timedelta(), "somebody ended the job"),
        ("job-restarts", (ANSWERS, look("job-runs", None, job="land")), True, timedelta(), "somebody ended the job"),
        ("job-runs", (ANSWERS, look("job-runs", False, job="land")), True, UNSEEN * 2, ""),
        ("job-runs", (ANSWERS,), True, timedelta(hours=2), ""),
        (
            "job-runs",
            (ANSWERS,),
            True,
            UNSEEN * 2,
            "Flink has known no such job for a day: if it should run, submit it",
        ),
        ("job-runs", (look("flink", False),), True, UNSEEN * 2, ""),
        ("job-runs", (), False, timedelta(), "Flink is not watched any more"),
        ("flink", (), False, timedelta(), "Flink is not watched any more"),
        ("flink", (ANSWERS,), True, timedelta(), ""),
        ("registry", (), False, UNSEEN * 2, ""),
    ],
)
def test_a_part_is_gone_only_where_somebody_can_tell(
    check: str, looks: tuple[Look, ...], flink: bool, after: timedelta, why: str
) -> None:
    segment = {"job": "land"} if check.startswith("job") else {}
    assert gone(looks, flink=flink, channels=(), now=NOW + after)(opened(check, **segment)) == why


def test_a_channel_that_was_taken_out_of_the_settings_is_gone() -> None:
    told = opened("channel", channel="hook")
    assert gone((), flink=False, channels=("mail",), now=NOW)(told) == "the channel is not set up any more"
    assert gone((), flink=False, channels=("hook",), now=NOW)(told) == ""


@pytest.fixture
def flink() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def test_a_job_that_failed_and_was_taken_down_on_purpose_is_retired(flink: Receiver, tmp_path: Path) -> None:
    alerting: dict[str, Any] = {"database": f"sqlite:///{tmp_path / 'alerts.sqlite'}", "flink_url": flink.url}
    settings = AlertSettings(
        kafka=Kafka(bootstrap=f"127.0.0.1:{free_port()}", timeout_seconds=0.1),
        registry=Registry(url=f"http://127.0.0.1:{free_port()}", retries=0, timeout_seconds=1),
        alerting=Alerting.model_validate(alerting),
    )
    with Database(settings.alerting.database) as database:
        server = Server(settings, dict, database, structlog.get_logger())

        def job(at: datetime, state: str) -> Told:
            flink.pages = jobs(state)
            server.watch(at)
            with database.transaction() as connection:
                return next(told for told in incidents.load(connection) if told.key.check == "job-runs")

        failing = [job(NOW + timedelta(seconds=30 * round_), "FAILED") for round_ in range(2)]
        assert [told.is_open for told in failing] == [False, True]
        ended = job(NOW + timedelta(seconds=60), "CANCELED")
    assert (ended.is_open, ended.ended_why) == (False, "somebody ended the job")


def test_a_clock_that_was_put_back_delays_no_look() -> None:
    half_a_minute = timedelta(seconds=30)
    assert is_due(NEVER, NOW, half_a_minute)
    assert not is_due(NOW, NOW + timedelta(seconds=29), half_a_minute)
    assert is_due(NOW, NOW + half_a_minute, half_a_minute)
    assert is_due(NOW, NOW - timedelta(days=1), half_a_minute)
