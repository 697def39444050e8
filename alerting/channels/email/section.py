"""Settings of e-mail."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from alerting.channels.section import ChannelSection
from connections.settings import loopback

ADDRESS = r"^[^\s@<>,;:\"\\]{1,64}@[^\s@<>,;:\"\\]{1,255}$"


class Email(ChannelSection):
    """``to`` is where it goes when no contract names an address. ``tls`` is starttls, tls (from the start) or none."""

    type: Literal["email"]
    host: str
    port: int = Field(default=587, ge=1, le=65535)
    sender: str = Field(pattern=ADDRESS)
    to: tuple[str, ...] = ()
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None

    @field_validator("to", mode="before")
    @classmethod
    def _one_is_a_list(cls, to: object) -> object:
        return (to,) if isinstance(to, str) else to

    @model_validator(mode="after")
    def _login_is_safe(self) -> "Email":
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.password and self.tls == "none" and not loopback(self.host):
            raise ValueError("the password would cross the network in the clear; use starttls or tls")
        return self

    @property
    def places(self) -> tuple[str, ...]:
        """Each address by itself."""
        return self.to
