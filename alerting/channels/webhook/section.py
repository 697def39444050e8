"""Settings of a webhook."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr, field_validator, model_validator

from alerting.channels.section import ChannelSection, http_address


class Webhook(ChannelSection):
    """``signing_key`` signs each request, so that the receiver knows who sent it; without one nothing is signed.

    An address that lets whoever knows it in is a secret: it is given as ``webhook_url`` instead of ``url``.
    """

    type: Literal["webhook"]
    url: str = ""
    webhook_url: SecretStr | None = None
    webhook_url_file: Path | None = None
    signing_key: SecretStr | None = None
    signing_key_file: Path | None = None

    @field_validator("url")
    @classmethod
    def _url_is_an_address(cls, url: str) -> str:
        return http_address(url, secret=False) if url else url

    @model_validator(mode="after")
    def _one_address(self) -> "Webhook":
        if bool(self.url) == (self.webhook_url is not None):
            raise ValueError("a webhook needs a url, or a webhook_url (in the environment, or as a file)")
        if self.webhook_url:
            http_address(self.webhook_url.get_secret_value(), secret=True)
        return self

    @property
    def address(self) -> str:
        """Where it is; never printed."""
        return self.webhook_url.get_secret_value() if self.webhook_url else self.url
