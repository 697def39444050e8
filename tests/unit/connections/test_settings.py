from pathlib import Path

import pytest

from connections.settings import Settings, masked
from connections.sources import Sources, load
from sluice.terminal import Fault

SECRET = "open-sesame"  # noqa: S105 - the secret that must not leak
FILE = """
[kafka]
bootstrap = "plain:9092"
[registry]
url = "http://plain:8081"
[env.production.kafka]
bootstrap = "production:9092"
security = "SSL"
"""


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_anything_the_local_stack_is_meant() -> None:
    settings = load(Settings, Sources())
    assert settings.kafka.bootstrap == "127.0.0.1:9092"
    assert settings.registry.url == "http://127.0.0.1:8085/apis/ccompat/v7"


def test_flags_go_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sluice.toml").write_text(FILE)
    assert load(Settings, Sources()).kafka.bootstrap == "plain:9092"
    monkeypatch.setenv("SLUICE_KAFKA_BOOTSTRAP", "environment:9092")
    assert load(Settings, Sources()).kafka.bootstrap == "environment:9092"
    flags = {"kafka.bootstrap": "flag:9092", "registry.url": None}
    settings = load(Settings, Sources(flags=flags))
    assert (settings.kafka.bootstrap, settings.registry.url) == ("flag:9092", "http://plain:8081")


def test_an_environments_section_lies_over_the_plain_one() -> None:
    Path("sluice.toml").write_text(FILE)
    settings = load(Settings, Sources(env="production"))
    assert (settings.kafka.bootstrap, settings.kafka.security) == ("production:9092", "SSL")
    assert settings.registry.url == "http://plain:8081"


def test_secrets_come_from_the_environment_or_from_files_and_are_masked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    monkeypatch.setenv("SLUICE_KAFKA_SECURITY", "SASL_SSL")
    monkeypatch.setenv("SLUICE_KAFKA_USERNAME", "sync")
    monkeypatch.setenv("SLUICE_KAFKA_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("SLUICE_REGISTRY_TOKEN", SECRET)
    monkeypatch.setenv("SLUICE_REGISTRY_URL", "https://registry.example")
    settings = load(Settings, Sources())
    assert settings.kafka.password is not None
    assert settings.kafka.password.get_secret_value() == SECRET
    assert SECRET not in f"{settings!r} {settings} {masked(settings)}"


REFUSED = {
    "a secret in the file": ('[kafka]\npassword = "x"', {}, "kafka.password is a secret, and this file belongs in git"),
    "a secret in an environment's section": ('[env.a.registry]\ntoken = "x"', {}, "env.a.registry.token is a secret"),
    "a misspelt key": (
        '[kafka]\nbootstrp = "x"',
        {},
        "kafka.bootstrp: there is no such key; did you mean 'bootstrap'?",
    ),
    "a misspelt section": ('[kafak]\nbootstrap = "x"', {}, r"unknown section \[kafak\]; did you mean 'kafka'?"),
    "a section that nothing reads": ("[stack]\nhome = 1", {}, r"unknown section \[stack\]"),
    "a key outside a section": ('bootstrap = "x"', {}, "'bootstrap' stands outside a section"),
    "no TOML": ("[kafka\n", {}, "sluice.toml is not TOML"),
    "a login without a protocol": ("", {"kafka.username": "a"}, "a username is given, and security is PLAINTEXT"),
    "a protocol without a login": ("", {"kafka.security": "SASL_SSL"}, "SASL_SSL needs username and password"),
    "a password in the url": ("", {"registry.url": "https://a:b@c"}, "url holds a user or a password"),
    "a key in the url": ("", {"registry.url": "https://a/?key=b"}, "url holds a query; a key belongs in"),
    "a secret in the clear": (
        "",
        {"registry.url": "http://registry.example", "registry.token": SECRET},
        "a secret would cross the network in the clear",
    ),
    "two ways in": (
        "",
        {"registry.username": "a", "registry.password": SECRET, "registry.token": SECRET},
        "token and username are both given",
    ),
    "a secret file that is not there": (
        "",
        {"registry.token_file": "nowhere"},
        "token_file nowhere cannot be read: No",
    ),
    "an impossible time": ("[kafka]\ntimeout_seconds = 0", {}, "kafka.timeout_seconds: Input should be greater than 0"),
    "half a client certificate": ("", {"registry.cert_file": "a"}, "needs both cert_file and key_file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence_without_the_value(case: str) -> None:
    text, flags, words = REFUSED[case]
    Path("sluice.toml").write_text(text)
    with pytest.raises(Fault, match=words) as told:
        load(Settings, Sources(flags=flags))
    assert SECRET not in str(told.value)
    assert "a:b" not in str(told.value)


def test_an_unknown_environment_is_told_with_the_nearest() -> None:
    Path("sluice.toml").write_text(FILE)
    with pytest.raises(Fault, match=r"no section \[env.prodction\]; did you mean 'production'?"):
        load(Settings, Sources(env="prodction"))


def test_an_unknown_variable_of_a_section_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_KAFKA_BOOTSTRAPS", "x")
    with pytest.raises(Fault, match=r"kafka.bootstraps: there is no such key; did you mean 'bootstrap'?"):
        load(Settings, Sources())
