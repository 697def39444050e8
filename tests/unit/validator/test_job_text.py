"""What is asked of Flink, and what is read from its answers, as text."""

from pathlib import Path

import httpx
import msgspec
import pytest
from pydantic import SecretStr

from connections.settings import Kafka, Registry
from sluice.terminal import Fault
from tests.unit.connections.certificates import CERTIFICATE
from tests.unit.validator.streams import frozen, frozen_set
from tests.unit.validator.test_plan import TWO, plan
from validator.configuration import Deployment, as_parameter, configuration_of, parameters_of
from validator.flink_rest import Flink
from validator.job import PlanChanged, check_plan, plan_of, reason, topology_of
from validator.properties import connector_properties
from validator.reload import Reloading
from validator.running import LOCAL
from validator.secrets import files_of, in_the_clear, landed
from validator.settings import JobSettings, Validator

EXPLAINED = """== Abstract Syntax Tree ==
LogicalSink(table=[routed], fields=[k])
+- LogicalProject(told=[sluice_judge($1)], again=[sluice_judge($1)])

== Optimized Execution Plan ==
Sink(table=[routed], fields=[k, v, topic, headers, timestamp])
+- Calc(select=[k, v, CASE(f0, 'orders.dead-letter', 'orders.validated') AS topic])
   +- PythonCalc(select=[k, v, {calls} AS f0])
      +- Calc(select=[k, v], where=[(topic = 'orders.raw')])
         +- TableSourceScan(table=[[raw_in]], fields=[k, v])
"""
ONCE = EXPLAINED.format(calls="sluice_judge(v)")


def deployment(target: str = "remote", **validator: object) -> Deployment:
    settings = JobSettings(validator=Validator.model_validate(validator))
    return Deployment(settings=settings, contracts=frozen_set(frozen()), cluster="c1", target=target)


def test_a_plan_with_one_call_and_every_target_is_taken() -> None:
    check_plan(ONCE, plan())


def test_a_plan_that_judges_twice_is_refused() -> None:
    with pytest.raises(PlanChanged, match="calls sluice_judge 2 times"):
        check_plan(EXPLAINED.format(calls="sluice_judge(v), sluice_judge(v)"), plan())


def test_a_plan_that_misses_a_target_is_refused() -> None:
    with pytest.raises(PlanChanged, match=r"routes nothing to a\.validated"):
        check_plan(ONCE, plan(*TWO))


def test_a_topology_is_the_kinds_of_operators() -> None:
    assert topology_of(ONCE) == "Sink Calc PythonCalc Calc TableSourceScan"


def test_the_job_tells_the_next_driver_what_it_is() -> None:
    made = deployment(name="eu")
    told = parameters_of(made, plan_of(made), topology_of(ONCE))
    assert told == {
        "sluice.group": "sluice.eu",
        "sluice.raw": "orders.raw",
        "sluice.contracts": "orders/1.0.1",
        "sluice.checksum": made.contracts.checksum,
        "sluice.topology": "Sink Calc PythonCalc Calc TableSourceScan",
        "sluice.filling": "false",
    }
    assert as_parameter({"a": "b, c:d", "e": "it's"}) == "a:'b, c:d',e:'it''s'"


def test_a_remote_job_is_sent_to_the_address_and_a_local_one_stays() -> None:
    remote = configuration_of(deployment(flink_url="http://flink:18081"))
    assert (remote["execution.target"], remote["rest.address"], remote["rest.port"]) == ("remote", "flink", "18081")
    local = configuration_of(deployment(LOCAL))
    assert local["execution.target"] == "local"
    assert "rest.address" not in local


def test_the_promises_of_the_job_are_in_its_configuration() -> None:
    made = configuration_of(deployment(checkpoint_seconds=2.5, parallelism=3))
    assert made["python.execution-mode"] == "thread"
    assert made["pipeline.object-reuse"] == "true"
    assert made["execution.checkpointing.interval"] == "2500 ms"
    assert made["parallelism.default"] == "3"


def test_the_login_module_is_named_as_the_connector_has_it(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----")
    kafka = Kafka(
        bootstrap="b:9093",
        security="SASL_SSL",
        sasl_mechanism="PLAIN",
        username="validator",
        password=SecretStr('se"cret'),
        ca_file=authority,
    )
    properties = connector_properties(kafka)
    assert properties["sasl.jaas.config"] == (
        "org.apache.flink.kafka.shaded.org.apache.kafka.common.security.plain.PlainLoginModule required "
        'username="validator" password="se\\"cret";'
    )
    assert properties["ssl.truststore.certificates"] == "-----BEGIN CERTIFICATE-----"
    assert "ssl.truststore.location" not in properties


def test_secrets_travel_inside_the_function_only() -> None:
    registry = Registry(url="https://registry", username="u", password=SecretStr("hidden"))
    assert in_the_clear(registry)["password"] == "hidden"  # noqa: S105 - a password of nobody
    assert Registry.model_validate(in_the_clear(registry)) == registry
    made = deployment()
    assert "hidden" not in repr(made)


def test_certificates_travel_as_text_and_are_files_where_they_arrive(tmp_path: Path) -> None:
    there, here = tmp_path / "driver", tmp_path / "taskmanager"
    there.mkdir()
    here.mkdir()
    (there / "ca.pem").write_text(CERTIFICATE)
    (there / "password").write_text("hidden\n")
    registry = Registry(
        url="https://registry", ca_file=there / "ca.pem", username="u", password_file=there / "password"
    )
    sent = Reloading(seconds=1, registry=in_the_clear(registry), files=files_of(registry))
    arrived = msgspec.json.decode(msgspec.json.encode(sent), type=Reloading)
    assert str(there) not in repr(arrived)
    landing = landed(arrived.registry, arrived.files, here)
    assert landing.ca_file is not None
    assert (landing.ca_file.parent, landing.ca_file.read_text()) == (here, CERTIFICATE)
    assert landing.password == registry.password
    (there / "ca.pem").unlink()
    arrived.client().close()


def test_a_certificate_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"registry\.ca_file .*ca\.pem cannot be read: No such file"):
        files_of(Registry(url="https://registry", ca_file=tmp_path / "ca.pem"))


def test_the_innermost_cause_is_told_in_one_line() -> None:
    java = Exception("An error occurred\n: org.A: outer\n\tat x\nCaused by: B: middle\n\tat y\nCaused by: C: inner\n")
    assert reason(java) == "C: inner"
    assert reason(ValueError("plain")) == "plain"
    assert reason(ValueError()) == "ValueError"


def answering(answers: dict[str, object]) -> Flink:
    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path)
        return httpx.Response(404) if found is None else httpx.Response(200, json=found)

    return Flink("http://flink:8081", transport=httpx.MockTransport(answer))


def test_living_jobs_of_a_name_are_found_with_what_they_tell() -> None:
    jobs = [
        {"jid": "1", "name": "sluice.a", "state": "RUNNING"},
        {"jid": "2", "name": "sluice.a", "state": "FINISHED"},
        {"jid": "3", "name": "sluice.b", "state": "RUNNING"},
    ]
    config = {"execution-config": {"user-config": {"sluice.group": "sluice.a"}}}
    with answering({"/jobs/overview": {"jobs": jobs}, "/jobs/1/config": config}) as flink:
        (found,) = flink.living("sluice.a")
    assert (found.id, found.parameters) == ("1", {"sluice.group": "sluice.a"})


TRACE = """java.util.concurrent.CompletionException: FlinkException: Stop-with-savepoint failed.
\tat org.apache.flink.A.b(A.java:1)
Caused by: org.apache.flink.runtime.checkpoint.CheckpointException: Asynchronous task checkpoint failed.
\tat org.apache.flink.A.c(A.java:2)
Caused by: java.io.IOException: No space left on device, password="open-sesame"
\t... 3 more
"""
FAILED = {"status": {"id": "COMPLETED"}, "operation": {"failure-cause": {"class": "X", "stack-trace": TRACE}}}
BARE = {"status": {"id": "COMPLETED"}, "operation": {"failure-cause": {"class": "org.X"}}}


@pytest.mark.parametrize(
    ("answer", "words"), [(FAILED, "java.io.IOException: No space left on device"), (BARE, "org.X")]
)
def test_a_savepoint_that_fails_is_told_with_its_root_cause_and_no_secret(answer: object, words: str) -> None:
    answers = {"/jobs/1/stop": {"request-id": "7"}, "/jobs/1/savepoints/7": answer}
    with answering(answers) as flink, pytest.raises(Fault, match=words) as told:
        flink.stop_with_savepoint("1", 1)
    assert "--from-outputs" in str(told.value)
    assert "sesame" not in str(told.value)


def test_a_savepoint_that_does_not_come_is_told_with_what_the_job_suffers_from() -> None:
    answers = {
        "/jobs/1/stop": {"request-id": "7"},
        "/jobs/1/savepoints/7": {"status": {"id": "IN_PROGRESS"}},
        "/jobs/1/exceptions": {"exceptionHistory": {"entries": [{"stacktrace": TRACE}]}},
    }
    with answering(answers) as flink, pytest.raises(Fault, match=r"within 0\.01 s \(java\.io\.IOException: No space"):
        flink.stop_with_savepoint("1", 0.01)


def test_a_refusal_is_told_with_flinks_own_words() -> None:
    refusal = httpx.Response(409, json={"errors": ["Checkpointing has not been enabled."]})
    with (
        Flink("http://flink:8081", transport=httpx.MockTransport(lambda _: refusal)) as flink,
        pytest.raises(Fault, match=r"refused POST /jobs/1/stop: 409 Checkpointing has not been enabled\.$"),
    ):
        flink.stop_with_savepoint("1", 1)


def test_a_job_whose_tasks_have_not_started_does_not_run_yet() -> None:
    vertices = {"vertices": [{"status": "RUNNING"}, {"status": "INITIALIZING"}]}
    with answering({"/jobs/1": vertices}) as flink:
        assert not flink.all_tasks_run("1")


def test_a_refusal_and_a_silence_are_one_sentence_each() -> None:
    with answering({}) as flink, pytest.raises(Fault, match="refused GET /jobs/9: 404"):
        flink.job("9")

    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    with (
        Flink("http://flink:8081", transport=httpx.MockTransport(silent)) as nobody,
        pytest.raises(Fault, match=r"does not answer: connection refused; is the cluster up"),
    ):
        nobody.overview()
