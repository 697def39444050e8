from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connections.registry import Registry
from connections.registry_faults import RegistryDown
from connections.settings import Kafka
from connections.settings import Registry as RegistrySettings
from local_stack.blueprint import Options
from local_stack.ports import Ports
from local_stack.stack import Stack
from registry_sync.broker import KafkaBroker
from sluice.terminal import Fault
from tests.integration.certificates import make_certificates, tls_listener

pytestmark = pytest.mark.integration

LOGINS = {"sync": "open-sesame"}


@dataclass(frozen=True, kw_only=True)
class Secured:
    """A broker and a registry that speak TLS beside their plain ports, and the authority that signed for them."""

    registry_url: str
    bootstrap: str
    ca: Path


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, jars_folder: Path) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("tls")
    certificates = make_certificates(folder)
    ports, tls_broker, tls_registry = Ports.free(), Ports.free().broker, Ports.free().broker
    options = Options(
        registry_users=LOGINS,
        registry_settings={
            "quarkus.http.ssl-port": str(tls_registry),
            "quarkus.http.ssl.certificate.files": str(certificates.cert),
            "quarkus.http.ssl.certificate.key-files": str(certificates.key),
        },
        broker_settings=tls_listener(ports, tls_broker, certificates),
    )
    with Stack(folder / "stack", ports, options=options, jars_folder=jars_folder) as stack:
        stack.up(("broker", "registry"))
        url = stack.registry_url.replace(f"http://127.0.0.1:{ports.registry}", f"https://127.0.0.1:{tls_registry}")
        yield Secured(registry_url=url, bootstrap=f"127.0.0.1:{tls_broker}", ca=certificates.ca)


def test_the_registry_is_reached_over_tls_with_our_own_authority(secured: Secured) -> None:
    settings = RegistrySettings(url=secured.registry_url, username="sync", password=LOGINS["sync"], ca_file=secured.ca)
    with Registry(settings) as registry:
        assert registry.subjects() == ()


def test_a_registry_of_an_unknown_authority_is_not_trusted(secured: Secured) -> None:
    settings = RegistrySettings(url=secured.registry_url, username="sync", password=LOGINS["sync"], retries=0)
    with Registry(settings) as registry, pytest.raises(RegistryDown, match="certificate is not trusted") as told:
        registry.subjects()
    assert LOGINS["sync"] not in str(told.value)


def test_certificates_that_cannot_be_read_are_one_sentence(secured: Secured, tmp_path: Path) -> None:
    for ca in (tmp_path / "missing.pem", secured.ca.with_name("stack")):
        with pytest.raises(Fault, match=f"registry.ca_file {ca} cannot be used"):
            Registry(RegistrySettings(url=secured.registry_url, ca_file=ca))


def test_the_broker_is_reached_over_tls_with_our_own_authority(secured: Secured) -> None:
    broker = KafkaBroker(Kafka(bootstrap=secured.bootstrap, security="SSL", ca_file=secured.ca))
    broker.create("over-tls", 1, 1, ())
    assert broker.topics(["over-tls"])["over-tls"].partitions == 1


def test_a_broker_of_an_unknown_authority_is_not_trusted(secured: Secured) -> None:
    broker = KafkaBroker(Kafka(bootstrap=secured.bootstrap, security="SSL", timeout_seconds=5))
    with pytest.raises(Fault, match="its certificate is not trusted"):
        broker.topics(["over-tls"])
