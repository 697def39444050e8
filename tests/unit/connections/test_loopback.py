"""A login over plain http is taken on this machine only."""

import pytest
from pydantic import ValidationError

from connections.settings import Registry

WORD = "open-sesame"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "[::1]"])
def test_this_machine_may_be_asked_without_tls(host: str) -> None:
    assert Registry(url=f"http://{host}:8085", username="a", password=WORD).username == "a"


@pytest.mark.parametrize("host", ["127.example.org", "10.0.0.1", "registry"])
def test_any_other_machine_may_not(host: str) -> None:
    with pytest.raises(ValidationError):
        Registry(url=f"http://{host}:8085", username="a", password=WORD)
