"""Settings of alerting: ``[alerting]`` and ``[alerting.channels.NAME]`` in the file, SLUICE_ALERTING_... around it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import Field, SecretStr, field_validator, model_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from alerting.channels.alertmanager.section import Alertmanager
from alerting.channels.email.section import Email
from alerting.channels.pagerduty.section import PagerDuty
from alerting.channels.section import http_address
from alerting.channels.slack.section import Slack
from alerting.channels.webhook.section import Webhook
from connections.settings import SECRETS, Section, Settings
from sluice.contract.duration import parse
from sluice.finding.model import Finding
from sluice.incident.order import PLATFORM
from sluice.incident.policy import PLATFORM as PLATFORM_POLICY
from sluice.incident.policy import Policy, Share
from sluice.incident.route import ChannelRow, Directory

AnyChannel = Annotated[Slack | PagerDuty | Alertmanager | Email | Webhook, Field(discriminator="type")]
MARK_KEY_MIN = 16
NAME = r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"


class Alerting(Section):
    """``database`` is an address of SQLAlchemy without a password: ``sqlite:///file``, ``postgresql+psycopg://...``.

    A secret of a channel is SLUICE_ALERTING_<CHANNEL>_<SECRET> (``-`` is ``_``), or that with ``_FILE``. ``opens`` and
    ``closes`` are shares of the newest windows; ``every`` is how often ``sla run`` is called, ``reminds`` how often an
    open incident is told again, ``refresh_seconds`` how often Alertmanager hears of it, as ISO 8601 durations or
    seconds. ``patience_seconds`` is how long a one-shot delivery waits for a receiver that wants to be asked again.
    ``mark_key`` tells masked segments apart; without one the database keeps one of its own.
    """

    database: str = "sqlite:///.sluice/alerting.sqlite"
    password: SecretStr | None = None
    password_file: Path | None = None
    mark_key: SecretStr | None = None
    mark_key_file: Path | None = None
    channels: Mapping[Annotated[str, Field(pattern=NAME)], AnyChannel] = Field(default_factory=dict)
    not_production: tuple[str, ...] = ()
    opens: str = "1of1"
    closes: str = "2of2"
    every: str = "P1D"
    reminds: str = "P1D"
    patience_seconds: float = Field(default=20, ge=0, le=600)
    refresh_seconds: float = Field(default=60, ge=1, le=3600)
    watch_seconds: float = Field(default=30, ge=1, le=3600)
    flink_url: str = ""
    keep_days: int = Field(default=400, ge=1, le=4000)

    @model_validator(mode="before")
    @classmethod
    def _secrets_of_channels(cls, data: object) -> object:
        """Hand each ``<channel>_<secret>`` that the environment gives to its channel."""
        if not isinstance(data, Mapping):
            return data
        values = cast("dict[str, Any]", dict(data))
        channels = dict(values.get("channels") or {})
        for name, channel in channels.items():
            if not isinstance(channel, Mapping):
                continue
            slug = str(name).replace("-", "_").lower()
            asked = [f"{secret}{suffix}" for secret in SECRETS for suffix in ("", "_file")]
            given = {key: values.pop(f"{slug}_{key}") for key in asked if f"{slug}_{key}" in values}
            channels[name] = {**channel, **given}
        return {**values, "channels": channels}

    @field_validator("opens", "closes")
    @classmethod
    def _share_makes_sense(cls, text: str) -> str:
        return str(Share.parse(text))

    @field_validator("every", "reminds")
    @classmethod
    def _duration_makes_sense(cls, text: str) -> str:
        if not parse(text):
            raise ValueError(f"'{text}' is no duration; write PT1H or P1D")
        return text

    @field_validator("mark_key")
    @classmethod
    def _mark_key_is_long(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < MARK_KEY_MIN:
            raise ValueError(f"can be guessed; give it at least {MARK_KEY_MIN} characters")
        return key

    @field_validator("flink_url")
    @classmethod
    def _flink_is_an_address(cls, url: str) -> str:
        return http_address(url, secret=False) if url else url

    @field_validator("database")
    @classmethod
    def _database_is_an_address(cls, text: str) -> str:
        try:
            url = make_url(text)
        except ArgumentError:
            raise ValueError("is no address of a database; write sqlite:///file or postgresql+psycopg://...") from None
        if url.password or "password" in url.query:
            raise ValueError("holds a password; set SLUICE_ALERTING_PASSWORD or name a file by password_file")
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError("is neither SQLite nor Postgres")
        return text

    @model_validator(mode="after")
    def _names_exist(self) -> "Alerting":
        for name in self.not_production:
            if name not in self.channels:
                raise ValueError(f"not_production names '{name}', and there is no such channel")
        return self

    @property
    def run_every(self) -> timedelta:
        """How often the scheduled job runs."""
        return parse(self.every) or timedelta(days=1)

    @property
    def directory(self) -> Directory:
        """The channels as routes need them."""
        rows = {
            name: ChannelRow(name=name, type=channel.type, everything=channel.everything, places=channel.places)
            for name, channel in self.channels.items()
        }
        return Directory(channels=rows, not_production=self.not_production)

    def policy(self, finding: Finding) -> Policy:
        """When an incident opens and closes: the platform's own wavers more, and is looked at more often."""
        if finding.kind == PLATFORM:
            return PLATFORM_POLICY
        return Policy(
            opens=Share.parse(self.opens),
            closes=Share.parse(self.closes),
            reminds=parse(self.reminds) or timedelta(days=1),
        )


class AlertSettings(Settings):
    """All that ``sluice alerts`` and the delivery after ``sluice sla run`` need to know."""

    alerting: Alerting = Field(default_factory=Alerting)
