"""Settings of PagerDuty."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr, field_validator, model_validator

from alerting.channels.section import ChannelSection, http_address
from sluice.finding.model import Severity


class PagerDuty(ChannelSection):
    """``routing_key`` is that of an integration with the Events API v2; only errors call somebody unless told."""

    type: Literal["pagerduty"]
    severity_min: Severity = Severity.ERROR
    routing_key: SecretStr | None = None
    routing_key_file: Path | None = None
    url: str = "https://events.pagerduty.com/v2/enqueue"

    @field_validator("url")
    @classmethod
    def _url_is_an_address(cls, url: str) -> str:
        return http_address(url, secret=True)

    @model_validator(mode="after")
    def _key_is_given(self) -> "PagerDuty":
        if self.routing_key is None:
            raise ValueError("pagerduty needs a routing_key (in the environment, or as a file)")
        return self
