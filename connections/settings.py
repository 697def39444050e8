"""Where Kafka and the registry are and how to get in: flags, then the environment, then ``sluice.toml``.

A name is told once and works everywhere: ``kafka.bootstrap`` in the file is ``SLUICE_KAFKA_BOOTSTRAP`` in the
environment. Secrets come from the environment or from files of their own (``SLUICE_KAFKA_PASSWORD_FILE``), never from
``sluice.toml``, which is in git, and never from a flag, which every process list shows.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, TypeVar, cast

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SECRETS: Final = frozenset(
    {
        "password",
        "token",
        "key_password",
        "access_key",
        "secret_key",
        "routing_key",
        "signing_key",
        "mark_key",
        "webhook_url",
        "catalog_url",
        "catalog_credential",
    }
)
ODD: Final = frozenset("#%?*")
BUCKET: Final = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")


class Section(BaseModel):
    """One table of the settings; unknown keys are refused, secrets may be given as files (``<secret>_file``)."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        values = cast("dict[str, Any]", dict(data))
        for name in SECRETS & cls.model_fields.keys():
            path = values.get(f"{name}_file")
            if path and not values.get(name):
                values[name] = _secret(Path(str(path)), name)
        return values


class Kafka(Section):
    """The brokers (the default: that of `sluice up`)."""

    bootstrap: str = "127.0.0.1:9092"
    security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    key_password: SecretStr | None = None
    key_password_file: Path | None = None
    timeout_seconds: float = Field(default=15, gt=0, le=300)

    @model_validator(mode="after")
    def _login_is_whole(self) -> "Kafka":
        if self.security.startswith("SASL") and not (self.username and self.password):
            raise ValueError(
                f"{self.security} needs username and password (SLUICE_KAFKA_USERNAME, SLUICE_KAFKA_PASSWORD)"
            )
        if self.username and not self.security.startswith("SASL"):
            raise ValueError(f"a username is given, and security is {self.security}; name SASL_SSL or SASL_PLAINTEXT")
        if self.ca_file and not self.security.endswith("SSL"):
            raise ValueError(f"a ca_file is given, and security is {self.security}; name SSL or SASL_SSL")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("a client certificate needs both cert_file and key_file")
        return self


class Registry(Section):
    """The schema registry: the root of its Confluent-compatible API (the default: that of `sluice up`)."""

    url: str = "http://127.0.0.1:8085/apis/ccompat/v7"
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    token: SecretStr | None = None
    token_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    timeout_seconds: float = Field(default=10, gt=0, le=300)
    retries: int = Field(default=2, ge=0, le=10)

    @model_validator(mode="after")
    def _way_in_is_clear(self) -> "Registry":
        url = TypeAdapter(AnyHttpUrl).validate_python(self.url)
        if url.username or url.password:
            raise ValueError(
                "url holds a user or a password; set SLUICE_REGISTRY_USERNAME and SLUICE_REGISTRY_PASSWORD"
            )
        if url.query or url.fragment:
            raise ValueError("url holds a query; a key belongs in SLUICE_REGISTRY_TOKEN or SLUICE_REGISTRY_PASSWORD")
        if self.token and self.username:
            raise ValueError("token and username are both given; one way in is enough")
        if self.username and not self.password:
            raise ValueError("username is given without a password (SLUICE_REGISTRY_PASSWORD or its _FILE)")
        if (self.token or self.password) and url.scheme == "http" and not loopback(url.host or ""):
            raise ValueError("a secret would cross the network in the clear; use an https url")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("a client certificate needs both cert_file and key_file")
        return self


class Lake(Section):
    """Where landed and staged files are: ``file:///folder`` or ``s3://bucket/prefix``, without a slash at the end.

    A root without a scheme is a folder of this machine. ``endpoint`` is for a storage that is not Amazon's;
    ``path_style`` puts the bucket into the path of its addresses. Where no key is given here, the ordinary variables
    of AWS count (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).
    """

    root: str = Field(default="", validate_default=True)
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key: SecretStr | None = None
    access_key_file: Path | None = None
    secret_key: SecretStr | None = None
    secret_key_file: Path | None = None
    path_style: bool = True

    @property
    def folder(self) -> Path | None:
        """The root as a folder of this machine; None where it is object storage."""
        return Path(self.root.removeprefix("file://")) if self.root.startswith("file://") else None

    @model_validator(mode="before")
    @classmethod
    def _keys_of_aws(cls, data: object) -> object:
        if not isinstance(data, Mapping) or not str(data.get("root", "")).startswith("s3://"):
            return data
        told = any(data.get(f"{name}{suffix}") for name in ("access_key", "secret_key") for suffix in ("", "_file"))
        access, secret, token = (
            os.environ.get(f"AWS_{name}") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
        )
        if told or token or not (access and secret):  # with a token they are of use to AWS's own chain alone
            return data
        return {**data, "access_key": access, "secret_key": secret}

    @field_validator("root")
    @classmethod
    def _root_is_a_place(cls, root: str) -> str:
        if not root:
            raise ValueError("is not given: file:///folder, or s3://bucket (SLUICE_LAKE_ROOT)")
        found = root if "://" in root else f"file://{Path(root).expanduser().absolute()}"
        if odd := sorted(ODD & set(found)):
            raise ValueError(f"has {' and '.join(odd)} in it, which mean something else in the addresses of files")
        if found.startswith("file:///") or BUCKET.fullmatch(found):
            return found.rstrip("/")
        raise ValueError("is neither file:///folder nor s3://bucket/prefix")

    @field_validator("endpoint")
    @classmethod
    def _endpoint_is_an_address(cls, endpoint: str | None) -> str | None:
        if endpoint is None:
            return None
        url = TypeAdapter(AnyHttpUrl).validate_python(endpoint)
        if url.username or url.password:
            raise ValueError("holds a user or a password; set SLUICE_LAKE_ACCESS_KEY and SLUICE_LAKE_SECRET_KEY")
        return endpoint.rstrip("/")

    @model_validator(mode="after")
    def _keys_are_a_pair(self) -> "Lake":
        if (self.access_key is None) != (self.secret_key is None):
            raise ValueError(
                "access_key and secret_key go together (SLUICE_LAKE_ACCESS_KEY, SLUICE_LAKE_SECRET_KEY or their _FILEs)"
            )
        return self


class Settings(BaseSettings):
    """What every process needs; an application adds its own sections in a subclass."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="SLUICE_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    kafka: Kafka = Field(default_factory=Kafka)
    registry: Registry = Field(default_factory=Registry)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values come from the caller alone: ``connections.sources`` has put the layers together."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


AnySettings = TypeVar("AnySettings", bound=Settings)


def masked(settings: BaseModel) -> dict[str, Any]:
    """The settings as JSON values, secrets as asterisks: safe to print."""
    return settings.model_dump(mode="json", exclude_none=True)


def loopback(host: str) -> bool:
    """Whether the host is this machine."""
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:  # a name: 127.example.org is somebody else's
        return False


def _secret(path: Path, name: str) -> str:
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ValueError(f"{name}_file {path} cannot be read: {reason}") from None
