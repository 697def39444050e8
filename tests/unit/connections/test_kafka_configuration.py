from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from connections.admin import admin
from connections.kafka import client, client_config, java_properties, kafka_fault
from connections.settings import Kafka
from registry_sync.broker import KafkaBroker
from sluice.terminal import Fault
from tests.unit.connections.certificates import CERTIFICATE
from validator.properties import connector_properties

SECRET = 'open "sesame" \\ please'  # noqa: S105 - the secret that must not leak
PLAIN = Kafka(bootstrap="broker:9092")
SCRAM = Kafka(bootstrap="broker:9093", security="SASL_SSL", username="sync", password=SECRET, ca_file=Path("ca.pem"))


def test_without_security_only_the_brokers_are_named() -> None:
    assert client_config(PLAIN)["bootstrap.servers"] == "broker:9092"
    assert java_properties(PLAIN) == {"bootstrap.servers": "broker:9092", "security.protocol": "PLAINTEXT"}


def test_a_login_is_told_to_librdkafka() -> None:
    config = client_config(SCRAM)
    assert config["security.protocol"] == "SASL_SSL"
    assert config["sasl.mechanism"] == "SCRAM-SHA-512"
    assert (config["sasl.username"], config["sasl.password"]) == ("sync", SECRET)
    assert config["ssl.ca.location"] == "ca.pem"


def test_a_login_is_told_to_java_with_its_quotes_escaped() -> None:
    properties = java_properties(SCRAM)
    assert properties["sasl.jaas.config"] == (
        "org.apache.kafka.common.security.scram.ScramLoginModule required "
        'username="sync" password="open \\"sesame\\" \\\\ please";'
    )
    assert (properties["ssl.truststore.type"], properties["ssl.truststore.location"]) == ("PEM", "ca.pem")


def test_a_client_certificate_is_told_to_both(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_text("-----BEGIN CERTIFICATE-----")
    key.write_text("-----BEGIN PRIVATE KEY-----")
    kafka = Kafka(security="SSL", ca_file=Path("ca.pem"), cert_file=cert, key_file=key, key_password="pass")  # noqa: S106 - a test's own
    assert client_config(kafka)["ssl.key.password"] == "pass"
    assert java_properties(kafka)["ssl.keystore.certificate.chain"] == "-----BEGIN CERTIFICATE-----"
    assert java_properties(kafka)["ssl.keystore.key"] == "-----BEGIN PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (KafkaError._TRANSPORT, "nobody answers; is the broker up"),
        (KafkaError._TIMED_OUT, "no answer in time"),
        (KafkaError.SASL_AUTHENTICATION_FAILED, "the login was refused"),
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, "not allowed"),
        (KafkaError.INVALID_REPLICATION_FACTOR, "more copies than there are brokers"),
    ],
)
def test_what_the_broker_says_is_one_sentence_without_a_secret(code: int, words: str) -> None:
    sentence = str(kafka_fault(KafkaException(KafkaError(code)), SCRAM, "listing topics"))
    assert sentence.startswith("Kafka at broker:9093, listing topics: ")
    assert words in sentence
    assert SECRET not in sentence


def test_no_answer_in_time_is_one_sentence() -> None:
    sentence = str(kafka_fault(TimeoutError(), SCRAM, "asking for the cluster's id"))
    assert sentence.startswith("Kafka at broker:9093, asking for the cluster's id: no answer in time; ")


def test_a_right_that_is_missing_is_told_to_whoever_lacks_it() -> None:
    for code in (KafkaError.GROUP_AUTHORIZATION_FAILED, KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED):
        sentence = str(kafka_fault(KafkaError(code), SCRAM, "reading"))
        assert "our principal lacks a right for this; docs/validation-job.md lists the job's" in sentence


CLIENTS = {
    "an admin client": lambda kafka: client(AdminClient, kafka),
    "a consumer": lambda kafka: client(Consumer, kafka, {"group.id": "a"}),
    "a producer": lambda kafka: client(Producer, kafka),
    "the shared admin client": admin,
    "sync's": KafkaBroker,
    "Flink's": connector_properties,
}


@pytest.mark.parametrize("who", CLIENTS)
@pytest.mark.parametrize("content", [None, "no certificate", "höchst geheim"])
@pytest.mark.parametrize("setting", ["ca_file", "key_file"])
def test_a_file_that_is_no_certificate_is_one_sentence(
    tmp_path: Path, setting: str, content: str | None, who: str
) -> None:
    files = {name: tmp_path / f"{name}.pem" for name in ("ca_file", "cert_file", "key_file")}
    for path in files.values():
        path.write_text(CERTIFICATE)
    files[setting].unlink()
    if content is not None:
        files[setting].write_text(content)
    with pytest.raises(Fault, match=rf"^kafka\.{setting} .*{setting}\.pem") as told:
        CLIENTS[who](Kafka(security="SSL", **files))
    assert "\n" not in str(told.value)
