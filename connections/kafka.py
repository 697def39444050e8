"""How clients are told where the brokers are: the settings, written in librdkafka's and in Java's words."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from confluent_kafka import KafkaError, KafkaException

from connections.settings import Kafka
from sluice.terminal import Fault

ClientConfig = dict[str, str | int | float | bool]
GRACE_SECONDS: Final = 5  # what an answer may take longer than its request: librdkafka tells the better reason then
AnyClient = TypeVar("AnyClient")


def client_config(kafka: Kafka) -> ClientConfig:
    """The keys common to confluent-kafka's AdminClient, Producer and Consumer. Holds secrets: never print it."""
    config: ClientConfig = {
        "bootstrap.servers": kafka.bootstrap,
        "security.protocol": kafka.security,
        "client.id": "sluice",
        "log_level": 0,  # a connection that fails is told once, by the caller, and not by librdkafka on stderr
    }
    if kafka.security.startswith("SASL") and kafka.username and kafka.password:
        config["sasl.mechanism"] = kafka.sasl_mechanism
        config["sasl.username"] = kafka.username
        config["sasl.password"] = kafka.password.get_secret_value()
    if kafka.ca_file:
        config["ssl.ca.location"] = str(kafka.ca_file)
    if kafka.cert_file and kafka.key_file:
        config["ssl.certificate.location"] = str(kafka.cert_file)
        config["ssl.key.location"] = str(kafka.key_file)
    if kafka.key_password:
        config["ssl.key.password"] = kafka.key_password.get_secret_value()
    return config


def client(
    kind: Callable[[dict[str, Any]], AnyClient], kafka: Kafka, more: Mapping[str, Any] | None = None
) -> AnyClient:
    """An AdminClient, Producer or Consumer; Fault where librdkafka refuses the settings, as it does certificates."""
    try:
        return kind({**client_config(kafka), **(more or {})})
    except KafkaException as error:
        raise _unusable(error, kafka) from None


def pem(path: Path, setting: str) -> str:
    """The text of a PEM file that ``setting`` names; Fault where it cannot be read or is none."""
    try:
        text = path.read_text("ascii")
    except OSError as error:
        raise Fault(f"kafka.{setting} {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        text = ""
    if "-----BEGIN " not in text:
        raise Fault(f"kafka.{setting} {path} is no PEM file; convert it with openssl")
    return text


def java_properties(kafka: Kafka) -> dict[str, str]:
    """The same for a Java client (Flink's connector; KIP-651 for PEM). Holds secrets: never print it."""
    properties = {"bootstrap.servers": kafka.bootstrap, "security.protocol": kafka.security}
    if kafka.security.startswith("SASL") and kafka.username and kafka.password:
        module = _LOGIN_MODULES[kafka.sasl_mechanism]
        login = f"username={_quoted(kafka.username)} password={_quoted(kafka.password.get_secret_value())}"
        properties["sasl.mechanism"] = kafka.sasl_mechanism
        properties["sasl.jaas.config"] = f"{module} required {login};"
    if kafka.ca_file:
        properties["ssl.truststore.type"] = "PEM"
        properties["ssl.truststore.location"] = str(kafka.ca_file)
    if kafka.cert_file and kafka.key_file:
        properties["ssl.keystore.type"] = "PEM"
        properties["ssl.keystore.certificate.chain"] = pem(kafka.cert_file, "cert_file")
        properties["ssl.keystore.key"] = pem(kafka.key_file, "key_file")
    if kafka.key_password:
        properties["ssl.key.password"] = kafka.key_password.get_secret_value()
    return properties


def kafka_fault(error: KafkaException | KafkaError | TimeoutError, kafka: Kafka, doing: str) -> Fault:
    """One sentence for what the broker or the client said while ``doing`` ("listing topics"), or did not in time."""
    if isinstance(error, TimeoutError):
        return Fault(f"Kafka at {kafka.bootstrap}, {doing}: {'; '.join(_SLOW)}")
    cause = error.args[0] if isinstance(error, KafkaException) else error
    code = cause.code() if isinstance(cause, KafkaError) else None
    reason, way_out = _REASONS.get(code, (cause.str() if isinstance(cause, KafkaError) else str(cause), ""))
    hint = f"; {way_out}" if way_out else ""
    return Fault(f"Kafka at {kafka.bootstrap}, {doing}: {reason}{hint}")


def _unusable(error: KafkaException, kafka: Kafka) -> Fault:
    told = str(error.args[0].str() if isinstance(error.args[0], KafkaError) else error.args[0])
    for name, (setting, hint) in _FILES.items():
        if f"{name} failed" in told:
            path = getattr(kafka, setting)
            why = "it holds no PEM that can be used" if path.is_file() else "there is no such file"
            return Fault(f"kafka.{setting} {path}: {why}{hint if path.is_file() else ''}")
    return Fault(f"Kafka's client does not take the settings of [kafka]: {told.rpartition('client: ')[2]}")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_LOGIN_MODULES: Final = {
    "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
}

_FILES: Final = {
    "ssl.ca.location": ("ca_file", ""),
    "ssl.certificate.location": ("cert_file", ""),
    "ssl.key.location": (
        "key_file",
        "; is it the key of kafka.cert_file? one that is encrypted needs its password (SLUICE_KAFKA_KEY_PASSWORD)",
    ),
}
_NOBODY: Final = ("nobody answers", "is the broker up, and kafka.bootstrap right? (SLUICE_KAFKA_BOOTSTRAP)")
_SLOW: Final = ("no answer in time", "the broker is up but slow, or the address it advertises cannot be reached")
_LOGIN: Final = ("the login was refused", "check kafka.username, its password and kafka.sasl_mechanism")
_CERTIFICATE: Final = (
    "its certificate is not trusted, or ours is not taken",
    "check kafka.ca_file and kafka.cert_file",
)
_DENIED: Final = (
    "not allowed",
    "our principal lacks a right for this; docs/validation-job.md lists the job's, docs/registry-sync.md those of sync",
)
_REASONS: Final[dict[int | None, tuple[str, str]]] = {
    KafkaError._TRANSPORT: _NOBODY,  # noqa: SLF001 - librdkafka's local error codes start with an underscore
    KafkaError._ALL_BROKERS_DOWN: _NOBODY,  # noqa: SLF001 - as above
    KafkaError._RESOLVE: _NOBODY,  # noqa: SLF001 - as above
    KafkaError._TIMED_OUT: _SLOW,  # noqa: SLF001 - as above
    KafkaError.REQUEST_TIMED_OUT: _SLOW,
    KafkaError._AUTHENTICATION: _LOGIN,  # noqa: SLF001 - as above
    KafkaError.SASL_AUTHENTICATION_FAILED: _LOGIN,
    KafkaError._SSL: _CERTIFICATE,  # noqa: SLF001 - as above
    KafkaError.TOPIC_AUTHORIZATION_FAILED: _DENIED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: _DENIED,
    KafkaError.GROUP_AUTHORIZATION_FAILED: _DENIED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: _DENIED,
    KafkaError.INVALID_REPLICATION_FACTOR: (
        "it was asked for more copies than there are brokers",
        "lower topics.replication in sluice.toml",
    ),
}
CLOSED_DOORS: Final = frozenset(code for code, told in _REASONS.items() if told in (_LOGIN, _CERTIFICATE))
"""Codes that clients tell to their ``error_cb`` alone, while the call itself times out."""
