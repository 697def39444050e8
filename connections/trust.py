"""Whom the registry's client trusts, and how it shows itself: certificates from files, never a prompt."""

import ssl

from connections.settings import Registry
from sluice.terminal import Fault


class _Encrypted(Exception):  # noqa: N818 - a fact about a file, told on as a Fault
    """OpenSSL asks for the password of a key."""


def trust(settings: Registry) -> ssl.SSLContext | bool:
    """What httpx verifies by; Fault that names the file where a certificate or key cannot be used."""
    if not settings.url.startswith("https"):
        return True
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise Fault(f"registry.ca_file {settings.ca_file} cannot be used: {_reason(error)}") from None
    if settings.cert_file is None or settings.key_file is None:
        return context
    try:
        context.load_cert_chain(settings.cert_file, settings.key_file, password=_no_prompt)
    except _Encrypted:
        raise Fault(
            f"registry.key_file {settings.key_file} is encrypted, and there is no setting for its password; "
            "write it without one, readable by you alone: openssl pkey -in KEY -out PLAIN"
        ) from None
    except (OSError, ssl.SSLError) as error:
        raise Fault(
            f"registry.cert_file {settings.cert_file} and key_file {settings.key_file} cannot be used: {_reason(error)}"
        ) from None
    return context


def _no_prompt() -> str:
    """Without an answer of ours OpenSSL would ask at the terminal, in the middle of a pipeline."""
    raise _Encrypted


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (
            "it holds no PEM that can be used"
            if error.reason != "KEY_VALUES_MISMATCH"
            else "they do not belong together"
        )
    return str(error.strerror or error)
