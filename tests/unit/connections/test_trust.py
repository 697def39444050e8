"""Certificates of the registry's client: used, or refused in one sentence, and never a prompt."""

import ssl
from pathlib import Path

import pytest

from connections.settings import Registry
from connections.trust import trust
from sluice.terminal import Fault
from tests.unit.connections.certificates import CERTIFICATE, ENCRYPTED_KEY, KEY, OTHER_KEY

GOOD = {"ca_file": CERTIFICATE, "cert_file": CERTIFICATE, "key_file": KEY}


def settings(folder: Path, texts: dict[str, str | None]) -> Registry:
    """An https registry with these files; None is a name without a file."""
    for name, text in texts.items():
        if text is not None:
            (folder / name).write_text(text)
    return Registry(url="https://registry.example", **{name: folder / name for name in texts})


def test_certificates_that_fit_are_taken(tmp_path: Path) -> None:
    context = trust(settings(tmp_path, dict(GOOD)))
    assert isinstance(context, ssl.SSLContext)
    assert len(context.get_ca_certs()) == 1


REFUSED = {
    "no authority": ({"ca_file": None}, r"ca_file .*ca_file cannot be used: No such file"),
    "no certificate of an authority": ({"ca_file": "x"}, r"ca_file .*ca_file cannot be used: it holds no PEM"),
    "no certificate": ({"cert_file": None}, r"cert_file .* cannot be used: No such file"),
    "no key": ({"key_file": "x"}, r"key_file .* cannot be used: it holds no PEM"),
    "another's key": ({"key_file": OTHER_KEY}, r"key_file .* cannot be used: they do not belong together"),
    "an encrypted key": ({"key_file": ENCRYPTED_KEY}, r"registry\.key_file .* is encrypted.*openssl pkey"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_one_sentence(name: str, tmp_path: Path) -> None:
    changed, words = REFUSED[name]
    with pytest.raises(Fault, match=words):
        trust(settings(tmp_path, GOOD | changed))
