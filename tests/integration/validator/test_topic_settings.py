"""The settings of a topic are known as soon as it is made, and a start warns of a compression that may stop the job."""

from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka.admin import NewTopic
from structlog.testing import capture_logs

from connections.admin import admin
from connections.logs import configure
from connections.registry import Registry, Schema
from connections.settings import Kafka
from connections.settings import Registry as RegistrySettings
from local_stack.stack import Stack
from sluice.terminal import Fault
from tests.integration.validator.conftest import ROOM, contract_text
from validator.commands.prepare import deployment_of
from validator.topic_settings import topic_settings

pytestmark = pytest.mark.integration

ASKED = dict.fromkeys(("env", "config", "subject", "raw", "validated", "dead_letter")) | {
    "pins": (),
    "last_good": False,
}


def test_a_topic_is_asked_for_until_the_broker_knows_it(stack: Stack) -> None:
    kafka = Kafka(bootstrap=stack.bootstrap)
    name = f"new-{uuid4().hex[:8]}"
    asked = admin(kafka).create_topics([NewTopic(name, 1, config={"max.message.bytes": "4096"})])
    assert topic_settings(kafka, [name], "max.message.bytes") == {name: "4096"}
    asked[name].result(15)


def test_a_topic_that_is_not_there_is_told(stack: Stack) -> None:
    with pytest.raises(Fault, match=r"reading max\.message\.bytes of the topics"):
        topic_settings(Kafka(bootstrap=stack.bootstrap), ["nowhere"], "max.message.bytes")


@pytest.mark.parametrize(("compression", "warned"), [("zstd", True), ("lz4", False)])
def test_a_start_warns_of_a_raw_topic_that_may_hold_what_no_output_takes(
    stack: Stack, tmp_path: Path, compression: str, warned: bool
) -> None:
    name = f"orders-{uuid4().hex[:8]}"
    raw = f"{name}.raw"
    configs = {raw: {"compression.type": compression}, f"{name}.validated": ROOM, f"{name}.dead-letter": ROOM}
    made = [NewTopic(topic, 1, config=config) for topic, config in configs.items()]
    for future in admin(Kafka(bootstrap=stack.bootstrap)).create_topics(made).values():
        future.result(15)
    with Registry(RegistrySettings(url=stack.registry_url)) as registry:
        registry.register(f"{raw}-contract", Schema(text=contract_text(name)))
    log = configure("test")
    asked = {**ASKED, "bootstrap": stack.bootstrap, "registry": stack.registry_url, "raws": (raw,), "state": tmp_path}
    with capture_logs() as lines:
        deployment_of(asked, log)
    told = [line["why"] for line in lines if line["event"] == "raw compression"]
    assert [f"{raw} (zstd)" in why for why in told] == [True] * warned
