"""What other programs say is told on without what looks like a secret."""

import pytest

from connections.redact import redacted

SECRET = "open-sesame"  # noqa: S105 - the secret that must not leak
HIDES = {
    "a login for Java": f'required username="u" password="{SECRET}";',
    "a login with quotes in it": f'password="a \\" {SECRET}";',
    "an option of Flink": f"'properties.ssl.key.password'='{SECRET}'",
    "an option with a quote in it": f"'properties.sasl.jaas.config'='a ''{SECRET}'' b'",
    "a property": f"ssl.keystore.password = {SECRET}, x = y",
    "JSON": f'{{"token": "{SECRET}"}}',
    "YAML": f"api_key: {SECRET}",
    "an address": f"cannot reach https://ann:{SECRET}@registry:8081/subjects",
    "a header": f"Authorization: Bearer {SECRET}",
    "a text that was cut": f'password="{SECRET} and',
    "a private key": f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
    "half a private key": f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{SECRET}",
    "a key among properties": f"ssl.keystore.key={SECRET}",
}


@pytest.mark.parametrize("name", HIDES)
def test_a_secret_is_cut_out(name: str) -> None:
    assert SECRET not in redacted(HIDES[name])


@pytest.mark.parametrize(
    "text",
    [
        "java.util.concurrent.TimeoutException: Timeout expired after 60000ms while awaiting InitProducerId",
        "Table 'raw_in' has no column 'key'; did you mean k?",
        "errors.SaslAuthenticationException: Authentication failed: Invalid username or password",
        "http://127.0.0.1:8081/jobs",
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert redacted(text) == text
