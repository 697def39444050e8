"""An authority of our own, and what it signs for 127.0.0.1: made for one test run."""

from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from local_stack.ports import Ports


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """The authority's certificate, and the server's certificate and key (``both``: one PEM file of the two)."""

    ca: Path
    cert: Path
    key: Path
    both: Path


def make_certificates(folder: Path) -> Certificates:
    ca, cert, key, both = (folder / name for name in ("ca.pem", "cert.pem", "key.pem", "both.pem"))
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(ca))
    loaded = load_pem_private_key(server.private_key_pem.bytes(), password=None)
    key.write_bytes(
        loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )  # the only form Kafka takes
    cert.write_bytes(b"".join(pem.bytes() for pem in server.cert_chain_pems))
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return Certificates(ca=ca, cert=cert, key=key, both=both)


def tls_listener(ports: Ports, tls_port: int, certificates: Certificates) -> dict[str, str]:
    """Broker settings that add a TLS listener beside the plain ones."""
    return {
        "listeners": f"CLIENT://127.0.0.1:{ports.broker},CONTROLLER://127.0.0.1:{ports.controller},"
        f"TLS://127.0.0.1:{tls_port}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{ports.broker},TLS://127.0.0.1:{tls_port}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificates.both),
    }
