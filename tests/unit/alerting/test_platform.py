"""The platform's own failures, as they are found: what Flink's REST interface says, and what of it may be told."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.platform.finding import Look, finding_of
from alerting.platform.flink import FlinkWatcher
from alerting.platform.services import BrokerWatcher, look_at_registry, look_at_run
from alerting.platform.trace import classes, places, sentence
from connections.settings import Kafka, Registry
from local_stack.ports import free_port
from sluice.finding.model import Outcome
from sluice.incident.compose import for_owners
from tests.unit.alerting.notices import talk
from tests.unit.alerting.receivers import receiver
from tests.unit.incident.findings import NOW

TRACE = """org.apache.flink.runtime.JobException: Recovery is suppressed by NoRestartBackoffTimeStrategy
\tat org.apache.flink.runtime.executiongraph.failover.ExecutionFailureHandler.handle(ExecutionFailureHandler.java:176)
Caused by: java.lang.RuntimeException: Error received from SDK harness: Traceback (most recent call last):
  File "somewhere/site-packages/apache_beam/runners/worker/sdk_worker.py", line 311, in _execute
  File "somewhere/validator/udf.py", line 40, in eval
  File "somewhere/validator/judge.py", line 51, in judge
ValueError: cannot judge {"tailnum": "N14228", "passenger": "Ada"}
\tat java.base/java.util.concurrent.CompletableFuture.get(CompletableFuture.java:1908)
Caused by: org.apache.kafka.common.errors.ProducerFencedException: There is a newer producer with id N14228
"""


def jobs(state: str, **more: Any) -> dict[str, object]:
    listed = {
        "jid": "a1",
        "name": "sluice.validate",
        "state": state,
        "start-time": 2,
        "last-modification": 1362312000000,
    }
    older = {"jid": "a0", "name": "sluice.validate", "state": "FAILED", "start-time": 1}
    return {
        "/jobs/overview": {"jobs": [{**listed, **more}, older]},
        "/jobs/a1/metrics": [{"id": "numRestarts", "value": "4"}],
        "/jobs/a1/exceptions": {"exceptionHistory": {"entries": [{"stacktrace": TRACE}]}},
    }


def seen(watcher: FlinkWatcher, after: timedelta = timedelta()) -> dict[str, Look]:
    return {look.check: look for look in watcher.look(NOW + after)}


def test_of_a_trace_the_names_and_places_are_told_and_no_message() -> None:
    assert classes(TRACE) == (
        "org.apache.kafka.common.errors.ProducerFencedException",
        "ValueError",
        "java.lang.RuntimeException",
        "org.apache.flink.runtime.JobException",
    )
    assert places(TRACE) == ("validator/judge.py:51", "validator/udf.py:40")
    assert sentence(TRACE) == "another producer uses this job's transactions"


@given(st.text(max_size=300))
def test_whatever_a_message_holds_stays_where_it_is(message: str) -> None:
    trace = f"org.apache.flink.runtime.JobException: {message} N14228 \nCaused by: java.lang.Error: N14228"
    told = (*classes(trace), *places(trace), sentence(trace))
    assert not any("N14228" in text for text in told)


def test_a_cause_that_nobody_knows_is_told_by_its_name() -> None:
    assert sentence("java.lang.ArithmeticException: 1/0") == "it failed with ArithmeticException"
    assert sentence("") == "it failed, and did not say why"


def test_a_job_that_runs_is_well() -> None:
    with receiver() as flink:
        flink.pages = jobs("RUNNING")
        looks = seen(FlinkWatcher(flink.url))
    assert {check: look.ok for check, look in looks.items()} == {"flink": True, "job-runs": True, "job-restarts": True}


@pytest.mark.parametrize("state", ["FAILED", "RESTARTING", "FAILING"])
def test_a_job_that_fails_is_told_with_its_cause_and_without_a_record(state: str) -> None:
    with receiver() as flink:
        flink.pages = jobs(state)
        look = seen(FlinkWatcher(flink.url))["job-runs"]
    assert (look.ok, look.segment) == (False, (("job", "sluice.validate"),))
    assert look.reason == f"{state.lower()}: another producer uses this job's transactions"
    finding = finding_of(look, NOW)
    assert "N14228" not in repr(finding)
    notice = for_owners(talk(finding, contract=None, contract_id="platform", actions=()))
    assert notice is not None
    assert notice.headline == "platform: job-runs [job=sluice.validate] breached"
    assert notice.lines[0].command == "sluice submit validate --upgrade"
    assert "exception ValueError" in notice.lines[0].evidence


def test_a_job_that_somebody_ended_says_nothing() -> None:
    with receiver() as flink:
        flink.pages = jobs("CANCELED")
        assert seen(FlinkWatcher(flink.url))["job-runs"].ok is None


def test_a_job_that_restarts_in_a_loop_is_found_and_one_restart_is_none() -> None:
    with receiver() as flink:
        flink.pages = jobs("RUNNING")
        watcher = FlinkWatcher(flink.url)
        assert seen(watcher)["job-restarts"].observed == 0
        flink.pages["/jobs/a1/metrics"] = [{"id": "numRestarts", "value": "5"}]
        assert seen(watcher, timedelta(minutes=1))["job-restarts"].ok
        flink.pages["/jobs/a1/metrics"] = [{"id": "numRestarts", "value": "7"}]
        looping = seen(watcher, timedelta(minutes=2))["job-restarts"]
        assert (looping.ok, looping.observed) == (False, 3)
        assert seen(watcher, timedelta(minutes=30))["job-restarts"].ok


def test_a_flink_that_does_not_answer_is_found() -> None:
    looks = seen(FlinkWatcher(f"http://127.0.0.1:{free_port()}", timeout_seconds=2))
    assert {check: look.ok for check, look in looks.items()} == {"flink": False}


@pytest.mark.parametrize(
    "pages",
    [
        {"/jobs/overview": ["no", "flink"]},
        {"/jobs/overview": {"jobs": ["no", "job"]}},
        {"/jobs/overview": {"jobs": {"no": "list"}}},
        {**jobs("FAILED", **{"last-modification": 10**30})},
        {**jobs("FAILED"), "/jobs/a1/exceptions": {"exceptionHistory": ["no", "history"]}},
        {**jobs("FAILED"), "/jobs/a1/exceptions": {"exceptionHistory": {"entries": ["no entry"]}}},
    ],
)
def test_something_else_at_its_address_is_no_flink(pages: dict[str, object]) -> None:
    with receiver() as other:
        other.pages = pages
        assert {check: look.ok for check, look in seen(FlinkWatcher(other.url)).items()} == {"flink": False}


def test_a_registry_that_does_not_answer_is_found_without_its_words() -> None:
    settings = Registry(url=f"http://127.0.0.1:{free_port()}", retries=0, timeout_seconds=2)
    look = look_at_registry(settings)
    assert (look.ok, look.reason) == (False, "the registry: nobody answers at its address")


def test_a_registry_that_answers_is_well() -> None:
    with receiver() as registry:
        registry.pages = {"/config": {"compatibilityLevel": "BACKWARD"}}
        assert look_at_registry(Registry(url=registry.url)).ok


def test_a_broker_that_does_not_answer_is_found() -> None:
    look = BrokerWatcher(Kafka(bootstrap=f"127.0.0.1:{free_port()}", timeout_seconds=1)).look()
    assert (look.ok, look.reason) == (False, "Kafka: no broker answers, or it refuses our login")


@pytest.mark.parametrize(
    ("age", "ok"), [(None, None), (timedelta(hours=1), True), (timedelta(hours=35), True), (timedelta(hours=37), False)]
)
def test_a_run_that_did_not_happen_is_found(age: timedelta | None, ok: bool | None) -> None:
    last = None if age is None else NOW - age
    look = look_at_run(last, timedelta(days=1), NOW)
    assert look.ok is ok
    expected = {True: Outcome.HOLDS, False: Outcome.BREACHED, None: Outcome.SKIPPED}[ok]
    assert finding_of(look, NOW).outcome is expected
    if ok is False and last is not None:
        assert finding_of(look, NOW).ready_at == last + timedelta(days=1), "from when it was missing"
