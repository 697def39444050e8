"""The life of a stack: up, up again, crash, restart with its data, one more worker, down; always on the loopback."""

import httpx
import psutil
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from local_stack.blueprint import Options
from local_stack.ports import can_listen
from local_stack.stack import Stack
from local_stack.status import Health
from sluice.terminal import Fault
from tests.conftest import MakeStack

pytestmark = pytest.mark.integration

MEMORY_BUDGET_BYTES = 4 * 1024**3
SCHEMA = {
    "schemaType": "JSON",
    "schema": '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}',
}


def create_topic(stack: Stack, name: str, user: str = "admin") -> None:
    admin = AdminClient(stack.client_settings(user))
    admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])[name].result(timeout=15)


def topics(stack: Stack) -> set[str]:
    return set(AdminClient(stack.client_settings()).list_topics(timeout=15).topics)


def health(stack: Stack) -> dict[str, Health]:
    return {each.name: each.health for each in stack.status()}


def pids(stack: Stack) -> dict[str, int]:
    return {process.name: process.pid for process in stack.running()}


def test_a_stack_lives_through_crashes_and_leaves_nothing(make_stack: MakeStack) -> None:
    stack = make_stack()
    assert stack.up() == ("broker", "registry", "storage", "jobmanager", "taskmanager-1")
    assert set(health(stack).values()) == {Health.UP}
    first = pids(stack)

    # Up twice starts nothing; together they keep the budget; nobody listens beyond this machine.
    assert stack.up() == ()
    assert pids(stack) == first
    assert sum(each.memory_bytes for each in stack.status()) < MEMORY_BUDGET_BYTES
    listening = {
        (connection.laddr.ip.removeprefix("::ffff:"), process)
        for process in first
        for connection in psutil.Process(first[process]).net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {address for address, _ in listening} == {"127.0.0.1"}

    # A crashed worker is told as dead by the system, comes back under its name, and gets company.
    psutil.Process(first["taskmanager-1"]).kill()
    psutil.wait_procs([psutil.Process(first["taskmanager-1"])], timeout=10)
    assert health(stack)["taskmanager-1"] is Health.DEAD
    assert stack.up() == ("taskmanager-1",)
    assert stack.add_taskmanager() == "taskmanager-2"
    registered = httpx.get(f"{stack.flink_url}/taskmanagers", timeout=10).json()["taskmanagers"]
    assert {each["id"].rpartition("-")[0] for each in registered} >= {"taskmanager-1", "taskmanager-2"}
    stack.kill("taskmanager-2")
    assert "taskmanager-2" not in pids(stack)

    # Topics and subjects survive a restart.
    create_topic(stack, "kept")
    subject = f"{stack.registry_url}/subjects/kept-value/versions"
    assert httpx.post(subject, json=SCHEMA, timeout=15).status_code == 200
    stack.restart("broker")
    stack.restart("registry")
    assert "kept" in topics(stack)
    assert httpx.get(subject, timeout=15).json() == [1]

    ports = stack.ports
    assert set(stack.down()) == {"broker", "registry", "storage", "jobmanager", "taskmanager-1"}
    assert stack.down() == ()
    assert stack.status() == ()
    assert all(can_listen(port) for port in ports.as_json().values())


def test_logins_and_access_rules_are_enforced_where_they_are_asked_for(make_stack: MakeStack) -> None:
    options = Options(broker_users={"admin": "a b=c", "alice": "wonder"}, registry_users={"sync": "se=cret"})
    stack = make_stack("broker", "registry", options=options)
    create_topic(stack, "guarded")
    assert "guarded" in topics(stack)
    with pytest.raises(Exception, match="Authorization failed"):
        create_topic(stack, "other", user="alice")
    subjects = f"{stack.registry_url}/subjects"
    answers = [httpx.get(subjects, auth=("sync", password), timeout=10).status_code for password in ("no", "se=cret")]
    assert [httpx.get(subjects, timeout=10).status_code, *answers] == [401, 401, 200]


def test_a_setting_that_kafka_refuses_is_told_in_its_own_words(make_stack: MakeStack) -> None:
    stack = make_stack(options=Options(broker_settings={"log.retention.hours": "many"}))
    with pytest.raises(
        Fault, match=r"^Kafka could not format its data folder .*: Exception in .* many for configuration log"
    ):
        stack.up(("broker", "registry"))
    assert stack.running() == ()


def test_a_part_that_cannot_start_is_told_by_its_last_words_and_the_rest_stops(make_stack: MakeStack) -> None:
    stack = make_stack(options=Options(broker_settings={"authorizer.class.name": "no.such.Authorizer"}))
    with pytest.raises(Fault, match=r"(?s)the broker ended while it started; .*broker\.log says:"):
        stack.up(("broker", "registry"))
    assert stack.running() == ()
