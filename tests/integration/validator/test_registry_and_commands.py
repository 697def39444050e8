"""The commands on the real stack: the registry comes and goes, contracts are swapped, logins are asked for."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connections.registry import Registry, Schema
from connections.settings import Registry as RegistrySettings
from local_stack.blueprint import Options
from local_stack.ports import Ports
from local_stack.stack import Stack
from sluice.contract.stream import Compatibility
from tests.integration.certificates import make_certificates, tls_listener
from tests.integration.validator.conftest import World, contract_text, judged
from tests.integration.validator.wire import Sent, receive, send
from validator.frozen import Frozen

pytestmark = pytest.mark.integration

MakeWorld = Callable[..., World]


def register(stack: Stack, subject: str, text: str) -> int:
    """The number of the new version."""
    with Registry(RegistrySettings(url=stack.registry_url)) as registry:
        registry.set_level(subject, Compatibility.NONE)
        registry.register(subject, Schema(text=text))
        latest = registry.latest(subject)
    assert latest is not None
    return latest.version


def sluice(world: World, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """The command as a user calls it, in a folder of its own."""
    world.state.mkdir(parents=True, exist_ok=True)
    settings = {
        "SLUICE_KAFKA_BOOTSTRAP": world.stack.bootstrap,
        "SLUICE_REGISTRY_URL": world.stack.registry_url,
        "SLUICE_REGISTRY_RETRIES": "0",
        "SLUICE_VALIDATOR_FLINK_URL": world.stack.flink_url,
        "SLUICE_VALIDATOR_CHECKPOINT_SECONDS": "1",
        "SLUICE_VALIDATOR_STATE": str(world.state),
        **environment,
    }
    return subprocess.Popen(
        [Path(sys.executable).with_name("sluice"), *arguments, "--name", world.name],
        env={**os.environ, **settings},
        cwd=world.state,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def answer(world: World, *arguments: str, **environment: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON document on stdout, and stderr."""
    with sluice(world, *arguments, "--json", **environment) as command:
        out, err = command.communicate(timeout=180)
    return command.returncode, json.loads(out) if out.strip() else {}, err


def test_submitted_by_the_registry_alone_and_by_the_last_good_copy_when_it_is_down(world: World) -> None:
    subject = f"{world.name}.raw-contract"
    first = register(world.stack, subject, contract_text(world.name))
    register(world.stack, subject, contract_text(world.name, version="2.0.0"))
    only = ("submit", "validate", "--only", f"{world.name}.raw", "--pin", f"{world.name}={first}")
    code, told, err = answer(world, *only)
    assert (code, told["way"]) == (0, "fresh"), err
    world.produce(100)
    assert judged(world.settled()) == 100

    world.stack.stop("registry")
    try:
        world.produce(100)
        assert judged(world.settled()) == 200
        code, _, err = answer(world, *only, "--upgrade")
        assert code == 2
        assert "does not answer" in err.splitlines()[-1]
        code, told, err = answer(world, *only, "--upgrade", "--last-good")
        assert (code, told["way"]) == (0, "savepoint"), err
        world.produce(100)
        assert judged(world.settled()) == 300
    finally:
        world.stack.start("registry")
    seen = receive(world.stack.client_settings(), [f"{world.name}.validated"], 270)
    assert {each.ours["__contract"].split(b";")[1] for each in seen} == {f"c={world.name}/1.0.0".encode()}


def test_a_running_job_takes_a_new_version_refuses_what_is_none_and_outlives_the_registry(world: World) -> None:
    subject = f"{world.name}.raw-contract"
    register(world.stack, subject, contract_text(world.name))
    frozen = (Frozen(subject=subject, version=1, schema_id=1, text=contract_text(world.name)),)
    world.start(frozen, reload_seconds=1)
    world.produce(50)
    judged(world.settled())
    register(world.stack, subject, contract_text(world.name, version="2.0.0"))
    time.sleep(4)
    world.produce(50)
    judged(world.settled())
    register(world.stack, subject, '{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}')
    world.stack.restart("registry")
    time.sleep(3)
    world.produce(50)
    assert judged(world.settled()) == 150
    outputs = [f"{world.name}.validated", f"{world.name}.dead-letter"]
    seen = sorted(receive(world.stack.client_settings(), outputs, 150), key=lambda each: int(each.key or 0))
    versions = [each.ours["__contract"].split(b";")[1].rpartition(b"/")[2] for each in seen]
    assert versions == [b"1.0.0"] * 50 + [b"2.0.0"] * 100


def test_a_subject_of_another_team_is_enforced_as_it_is(flink_stack: Stack, make_world: MakeWorld) -> None:
    world = make_world(flink_stack, partitions=1)
    world.topics()
    draft_4 = '{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {"n": '
    subject = f"{world.name}-value"
    register(world.stack, subject, draft_4 + '{"type": "number", "minimum": 0, "exclusiveMinimum": true}}}')
    topics = ("--raw", f"{world.name}.raw", "--validated", f"{world.name}.validated")
    asked = ("submit", "validate", "--subject", subject, *topics, "--dead-letter", f"{world.name}.dead-letter")
    code, told, err = answer(world, *asked)
    assert (code, told["way"]) == (0, "fresh"), err
    raw = f"{world.name}.raw"
    send(world.stack.client_settings(), [Sent(raw, b'{"n": 1}'), Sent(raw, b'{"n": 0}'), Sent(raw, b"x")])
    outputs = [f"{world.name}.validated", f"{world.name}.dead-letter"]
    seen = sorted(receive(world.stack.client_settings(), outputs, 3), key=lambda each: each.raw_offset)
    assert [each.topic.rpartition(".")[2] for each in seen] == ["validated", "dead-letter", "dead-letter"]
    assert {each.ours["__contract"].split(b";")[1] for each in seen} == {f"c={world.name}/1".encode()}


def test_it_runs_here_too_and_goes_on_where_the_outputs_end(world: World) -> None:
    register(world.stack, f"{world.name}.raw-contract", contract_text(world.name))
    for total in (100, 200):
        world.produce(100)
        with sluice(world, "run", "validate", "--only", f"{world.name}.raw", "--metrics", "0") as command:
            try:
                assert judged(world.settled()) == total
            finally:
                command.send_signal(signal.SIGINT)
                _, err = command.communicate(timeout=60)
        assert command.returncode == 0, err[-2000:]


USERS = {"admin": "admin-secret", "validator": "validator-secret"}


def test_a_broker_that_asks_for_a_login(
    make_stack: Callable[..., Stack], make_world: MakeWorld, tmp_path: Path
) -> None:
    stack = make_stack("broker", "flink", options=Options(broker_users=USERS))
    login = {"security": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "username": "admin", "password": USERS["admin"]}
    world = make_world(stack, kafka_settings=login)
    world.topics()
    world.start()
    world.produce(100)
    assert judged(world.settled()) == 100
    world.end()
    logs = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("jobmanager.log"))
    assert USERS["admin"] not in logs


def test_a_broker_that_speaks_tls_by_our_own_authority(
    make_stack: Callable[..., Stack], make_world: MakeWorld, tmp_path: Path
) -> None:
    ports, tls_port, certificates = Ports.free(), Ports.free().broker, make_certificates(tmp_path)
    options = Options(broker_settings=tls_listener(ports, tls_port, certificates))
    stack = make_stack("broker", "flink", options=options, ports=ports)
    trusted = {"bootstrap": f"127.0.0.1:{tls_port}", "security": "SSL", "ca_file": certificates.ca}
    world = make_world(stack, kafka_settings=trusted)
    world.topics()
    world.start()
    world.produce(100)
    assert judged(world.settled()) == 100
    world.start(upgrade=True, from_outputs=True)  # which fences over TLS as well
    assert judged(world.settled()) == 100
