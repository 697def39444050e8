"""Settings of Alertmanager."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import SecretStr, field_validator, model_validator

from alerting.channels.section import ChannelSection, http_address


class Alertmanager(ChannelSection):
    """``url`` is its root; each replica is a channel of its own, since Alertmanagers tell one another nothing new.

    ``catalogue`` is an address that the alerts link to.
    """

    lines_max: ClassVar[int] = 500  # each incident is an alert of its own: one that is cut would be told to nobody
    type: Literal["alertmanager"]
    url: str
    catalogue: str = ""
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    token: SecretStr | None = None
    token_file: Path | None = None

    @field_validator("url")
    @classmethod
    def _url_is_an_address(cls, url: str) -> str:
        return http_address(url, secret=False)

    @field_validator("catalogue")
    @classmethod
    def _catalogue_is_an_address(cls, url: str) -> str:
        return http_address(url, secret=False) if url else url

    @model_validator(mode="after")
    def _login_is_whole(self) -> "Alertmanager":
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.token and self.username:
            raise ValueError("token and username are both given; one way in is enough")
        if self.token or self.password:
            http_address(self.url, secret=True)
        return self
