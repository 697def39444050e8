"""Settings of a webhook."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr, field_validator

from alerting.channels.section import ChannelSection, http_address


class Webhook(ChannelSection):
    """``signing_key`` signs each request, so that the receiver knows who sent it; without one nothing is signed."""

    type: Literal["webhook"]
    url: str
    signing_key: SecretStr | None = None
    signing_key_file: Path | None = None

    @field_validator("url")
    @classmethod
    def _url_is_an_address(cls, url: str) -> str:
        return http_address(url, secret=False)
