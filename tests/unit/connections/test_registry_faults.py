import httpx
import pytest

from connections.registry import Registry, Schema
from connections.registry_faults import (
    Incompatible,
    InvalidSchema,
    RegistryDown,
    RegistryFailed,
    RegistryFault,
    RegistryNonsense,
    RegistryReadOnly,
    RegistrySlow,
    RegistryUnauthorised,
)
from connections.settings import Registry as RegistrySettings
from sluice.contract.stream import Compatibility
from tests.unit.connections.fake_registry import URL, FakeRegistry, Ill

SECRET = "open-sesame"  # noqa: S105 - the secret that must not leak
SCHEMA = Schema(text='{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}')
READS = {
    "subjects": lambda registry: registry.subjects(),
    "latest": lambda registry: registry.latest("a"),
    "versions": lambda registry: registry.versions("a"),
    "level": lambda registry: registry.level("a"),
    "lookup": lambda registry: registry.lookup("a", SCHEMA),
    "check": lambda registry: registry.check("a", SCHEMA),
}
WRITES = {
    "register": lambda registry: registry.register("a", SCHEMA),
    "set level": lambda registry: registry.set_level("a", Compatibility.NONE),
    "delete": lambda registry: registry.delete("a"),
    "delete version": lambda registry: registry.delete_version("a", 1),
}
FAULTS = {
    Ill.DOWN: (RegistryDown, "does not answer: connection refused"),
    Ill.SLOW: (RegistrySlow, r"no answer within 10 s \(3 attempts\)"),
    Ill.NOBODY: (RegistryUnauthorised, r"knows nobody by this login \(401"),
    Ill.FORBIDDEN: (RegistryUnauthorised, r"does not allow this login to do it \(403"),
    Ill.HTML: (RegistryNonsense, "200 and text/html instead of JSON"),
    Ill.WRONG_PATH: (RegistryNonsense, "404 and text/html instead of JSON"),
    Ill.REDIRECT: (RegistryNonsense, r"a redirect \(302\)"),
}


@pytest.mark.parametrize("ill", FAULTS, ids=str)
@pytest.mark.parametrize("request_name", [*READS, *WRITES])
def test_each_fault_is_one_sentence_whatever_is_asked(ill: Ill, request_name: str) -> None:
    fault, words = FAULTS[ill]
    fake = FakeRegistry(ill=ill)
    with (
        fake.client(username="sync", password=SECRET) as registry,
        pytest.raises(fault, match=words) as told,
    ):
        (READS | WRITES)[request_name](registry)
    assert isinstance(told.value, RegistryFault)
    assert SECRET not in str(told.value)
    assert URL in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("request_name", READS)
def test_json_of_another_shape_is_nonsense_too(request_name: str) -> None:
    with FakeRegistry(ill=Ill.NO_SHAPE).client() as registry, pytest.raises(RegistryNonsense):
        READS[request_name](registry)


@pytest.mark.parametrize("request_name", WRITES)
def test_a_read_only_registry_says_so_on_every_write(request_name: str) -> None:
    with FakeRegistry(ill=Ill.READ_ONLY).client() as registry:
        assert registry.read_only()
        assert registry.subjects() == ()
        with pytest.raises(RegistryReadOnly, match="set its mode to READWRITE"):
            WRITES[request_name](registry)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"", "404", id="nothing"),
        pytest.param(b'{"title":"no such resource","status":404}', "404 without an error code", id="another API"),
        pytest.param(b'{"error_code":404,"message":"HTTP 404 Not Found"}', "no such path", id="no such path"),
    ],
)
def test_a_wrong_path_is_not_taken_for_a_missing_subject(body: bytes, words: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(404, content=body))
    with (
        Registry(RegistrySettings(url=URL), transport=transport) as registry,
        pytest.raises(RegistryNonsense, match=words),
    ):
        registry.latest("a")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_fault_is_tried_again(status: int) -> None:
    answers = iter([httpx.Response(status, html="<html>busy</html>"), httpx.Response(200, json=["a"])])
    pauses: list[float] = []
    transport = httpx.MockTransport(lambda _: next(answers))
    with Registry(RegistrySettings(url=URL), transport=transport, sleep=pauses.append) as registry:
        assert registry.subjects() == ("a",)
    assert pauses == [0.2]


def test_retries_are_bounded() -> None:
    fake = FakeRegistry(ill=Ill.DOWN)
    with fake.client(retries=4) as registry, pytest.raises(RegistryDown):
        registry.subjects()
    assert len(fake.requests) == 5


def test_a_failure_inside_is_told_with_the_registrys_words() -> None:
    fake = FakeRegistry(fails_at=1)
    with fake.client() as registry, pytest.raises(RegistryFailed, match="failed at registering a: 500 Error in the"):
        registry.register("a", SCHEMA)


def test_an_answer_without_end_is_cut_and_told() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=b"[" + b" " * (33 * 1024 * 1024)))
    with (
        Registry(RegistrySettings(url=URL), transport=transport) as registry,
        pytest.raises(RegistryNonsense, match="more than 33554432 bytes"),
    ):
        registry.subjects()


def test_an_incompatible_schema_and_an_unreadable_one_are_told_apart() -> None:
    fake = FakeRegistry()
    head = '{"$schema":"http://json-schema.org/draft-07/schema#","additionalProperties":false,"properties":'
    with fake.client() as registry:
        registry.register("a", Schema(text=head + '{"n":{"type":"integer"}}}'))
        with pytest.raises(Incompatible) as refused:
            registry.register("a", Schema(text=head + '{"n":{"type":"string"}}}'))
        with pytest.raises(InvalidSchema):
            registry.register("a", Schema(text="{nonsense"))
    assert refused.value.messages


def test_a_bearer_token_is_sent_and_not_shown() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(401, json={"error_code": 40101, "message": f"bad token {SECRET}"})

    settings = RegistrySettings(url=URL, token=SECRET)
    with (
        Registry(settings, transport=httpx.MockTransport(answer)) as registry,
        pytest.raises(RegistryUnauthorised) as told,
    ):
        registry.subjects()
    assert seen == [f"Bearer {SECRET}"]
    assert SECRET not in str(told.value)


def test_names_of_subjects_are_escaped_in_paths() -> None:
    fake = FakeRegistry()
    with fake.client() as registry:
        registry.register("../a b/ü?x=1", SCHEMA)
        assert registry.subjects() == ("../a b/ü?x=1",)
        latest = registry.latest("../a b/ü?x=1")
    assert latest is not None
    assert latest.version == 1


def test_a_secret_that_the_registry_echoes_is_cut_out() -> None:
    transport = httpx.MockTransport(
        lambda _: httpx.Response(500, json={"error_code": 50001, "message": f"no session for {SECRET}"})
    )
    with (
        Registry(RegistrySettings(url=URL, username="sync", password=SECRET), transport=transport) as registry,
        pytest.raises(RegistryFailed, match=r"no session for \*\*\*") as told,
    ):
        registry.subjects()
    assert SECRET not in str(told.value)


def test_a_body_that_is_not_compressed_as_it_says_is_nonsense() -> None:
    broken = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))
    with (
        Registry(RegistrySettings(url=URL), transport=httpx.MockTransport(lambda _: broken)) as registry,
        pytest.raises(RegistryNonsense, match="not compressed as its header says"),
    ):
        registry.subjects()
