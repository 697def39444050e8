"""The watcher beside a real Flink: jobs that fail for good, restart in a loop, come back, and are taken down."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import structlog

from alerting.serve import Server
from alerting.settings import Alerting, AlertSettings
from alerting.store import incidents, outbox
from alerting.store.database import Database
from connections.settings import Kafka, Registry
from local_stack.ports import Ports, free_port
from local_stack.stack import Stack
from sluice.incident.notice import Line
from sluice.incident.told import State, Told
from tests.integration.alerting.flink_jobs import FAILS, RUNS, submit

pytestmark = pytest.mark.integration

RECORD = "N14228"
PATIENCE_SECONDS = 45


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[str]:
    with Stack(tmp_path_factory.mktemp("flink"), Ports.free(), jars_folder=jars_folder) as stack:
        stack.up(("flink",))
        yield stack.flink_url


class Watch:
    """The loop's look at the platform, as often as a test asks for it."""

    def __init__(self, database: Database, url: str) -> None:
        nobody = f"127.0.0.1:{free_port()}"
        hook = {"type": "webhook", "url": f"http://{nobody}", "everything": True}
        settings = AlertSettings(
            kafka=Kafka(bootstrap=nobody, timeout_seconds=0.1),
            registry=Registry(url=f"http://{nobody}", retries=0, timeout_seconds=1),
            alerting=Alerting.model_validate({"flink_url": url, "channels": {"hook": hook}}),
        )
        self._database = database
        self._server = Server(settings, dict, database, structlog.get_logger())

    def until(self, check: str, seen: Callable[[Told], bool]) -> Told:
        """Look until the incident of that check on a job is as it should be."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            self._server.watch(datetime.now(UTC))
            with self._database.transaction() as connection:
                found = [told for told in incidents.load(connection) if told.key.check == check and seen(told)]
            if found:
                return found[0]
            time.sleep(1)
        pytest.fail(f"{check} did not come to it in time")

    def line(self, told: Told) -> Line:
        """What the first notice says of an incident."""
        with self._database.transaction() as connection:
            while letter := outbox.lease(connection, "test", datetime.now(UTC), 1):
                assert letter.notice is not None
                assert RECORD not in repr(letter.notice)
                for line in letter.notice.lines:
                    if line.digest == told.key.digest:
                        return line
                outbox.end(connection, letter, "test", outbox.Ended(outcome="sent"), datetime.now(UTC))
        pytest.fail("nobody was told")


@pytest.fixture
def watch(tmp_path: Path, url: str) -> Iterator[Watch]:
    with Database(f"sqlite:///{tmp_path / 'alerting.sqlite'}") as database:
        yield Watch(database, url)


def is_open(told: Told) -> bool:
    return told.state is State.OPEN


def is_over(told: Told) -> bool:
    return told.resolved_at is not None


def cancel(url: str, name: str) -> None:
    jobs = httpx.get(f"{url}/jobs/overview", trust_env=False).json()["jobs"]
    (job,) = (job["jid"] for job in jobs if job["name"] == name and job["state"] not in ("FAILED", "CANCELED"))
    httpx.patch(f"{url}/jobs/{job}?mode=cancel", trust_env=False).raise_for_status()


def test_a_job_that_fails_for_good_is_told_without_its_record_and_is_over_when_it_is_back(
    watch: Watch, url: str
) -> None:
    submit(url, "sluice.fails", FAILS, "once")
    line = watch.line(watch.until("job-runs", is_open))
    assert (line.segment, line.reason) == ("job=sluice.fails", "failed: it failed with NumberFormatException")
    assert "exception java.lang.NumberFormatException" in line.evidence
    submit(url, "sluice.fails", RUNS, "once")
    back = watch.until("job-runs", is_over)
    assert (back.state, back.ended_why) == (State.RESOLVED, "")
    cancel(url, "sluice.fails")


def test_a_job_that_restarts_in_a_loop_is_told_and_retired_when_somebody_takes_it_down(watch: Watch, url: str) -> None:
    submit(url, "sluice.loops", FAILS, "forever")
    line = watch.line(watch.until("job-restarts", is_open))
    assert (line.segment, line.reason) == ("job=sluice.loops", "it failed with NumberFormatException")
    assert "exception java.lang.NumberFormatException" in line.evidence
    cancel(url, "sluice.loops")
    assert watch.until("job-restarts", is_over).ended_why == "somebody ended the job"
