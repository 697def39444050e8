"""Settings of Slack: a bot, or an incoming webhook that can only post."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr, field_validator, model_validator

from alerting.channels.section import ChannelSection, http_address


class Slack(ChannelSection):
    """``token`` is a bot's (scope chat:write, and chat:write.public for channels that it has not joined).

    ``webhook_url`` is an incoming webhook's: one channel, no thread and no update. ``channel`` is where it goes when
    no contract names a place.
    """

    type: Literal["slack"]
    channel: str = ""
    token: SecretStr | None = None
    token_file: Path | None = None
    webhook_url: SecretStr | None = None
    webhook_url_file: Path | None = None
    api_url: str = "https://slack.com/api/"

    @field_validator("api_url")
    @classmethod
    def _api_is_an_address(cls, url: str) -> str:
        return http_address(url, secret=True) + "/"

    @model_validator(mode="after")
    def _one_way_in(self) -> "Slack":
        if (self.token is None) == (self.webhook_url is None):
            raise ValueError("slack needs a token or a webhook_url, one of them (in the environment, or as a file)")
        if self.webhook_url:
            http_address(self.webhook_url.get_secret_value(), secret=True)
        return self
