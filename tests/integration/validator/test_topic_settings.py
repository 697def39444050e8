"""The settings of a topic are known as soon as it is made."""

from uuid import uuid4

import pytest
from confluent_kafka.admin import NewTopic

from connections.admin import admin
from connections.settings import Kafka
from local_stack.stack import Stack
from sluice.terminal import Fault
from validator.topic_settings import topic_settings

pytestmark = pytest.mark.integration


def test_a_topic_is_asked_for_until_the_broker_knows_it(stack: Stack) -> None:
    kafka = Kafka(bootstrap=stack.bootstrap)
    name = f"new-{uuid4().hex[:8]}"
    asked = admin(kafka).create_topics([NewTopic(name, 1, config={"max.message.bytes": "4096"})])
    assert topic_settings(kafka, [name], "max.message.bytes") == {name: "4096"}
    asked[name].result(15)


def test_a_topic_that_is_not_there_is_told(stack: Stack) -> None:
    with pytest.raises(Fault, match=r"reading max\.message\.bytes of the topics"):
        topic_settings(Kafka(bootstrap=stack.bootstrap), ["nowhere"], "max.message.bytes")
