"""Settings of the validation job: ``[validator]`` in the file, SLUICE_VALIDATOR_... in the environment, flags."""

from pathlib import Path

from pydantic import AnyHttpUrl, Field, TypeAdapter, field_validator, model_validator

from connections.settings import Section, Settings
from validator.metrics import ports_of

BROKER_TRANSACTION_SECONDS_MAX = 900
CHECKPOINTS_IN_A_TRANSACTION = 3  # the one that it waits for, one that fails, and the one that takes its place


class Validator(Section):
    """The job. ``name`` is its identity: group, transactional ids and state folder follow from it; never share it.

    ``cluster`` names the Kafka cluster in record ids (default: the id that the broker tells). ``state`` is the folder
    for last good copies. ``metrics_ports`` is a port, a range, 0 for any, or empty for what each TaskManager's
    SLUICE_METRICS_PORT says. ``transaction_timeout_seconds`` bounds an outage that a resumed job survives by itself:
    three checkpoints or more; the broker's own limit is 900 unless it was raised.
    """

    name: str = Field(default="validate", pattern=r"^[A-Za-z0-9._-]{1,100}$")
    flink_url: str = "http://127.0.0.1:8081"
    cluster: str = ""
    parallelism: int = Field(default=1, ge=1, le=4096)
    checkpoint_seconds: float = Field(default=10, ge=0.1, le=600)
    transaction_timeout_seconds: int = Field(default=600, ge=10, le=BROKER_TRANSACTION_SECONDS_MAX)
    metrics_ports: str = ""
    metrics_host: str = "127.0.0.1"
    reload_seconds: float | None = Field(default=None, ge=1, le=86_400)
    state: Path = Path(".sluice/jobs")
    patience_seconds: float = Field(default=120, ge=1, le=3600)

    @field_validator("metrics_ports")
    @classmethod
    def _ports_make_sense(cls, ports: str) -> str:
        if ports:
            try:
                found = ports_of(ports)
            except ValueError:
                found = range(0)
            if not found or found[-1] > 65535:  # noqa: PLR2004 - the highest TCP port
                raise ValueError("metrics_ports is a port, a range like 9250-9259, or 0 for any free one")
        return ports

    @field_validator("flink_url")
    @classmethod
    def _address_holds_no_login(cls, url: str) -> str:
        address = TypeAdapter(AnyHttpUrl).validate_python(url)
        if address.username or address.password:
            raise ValueError(
                "flink_url holds a user or a password, and would be printed; Flink's REST interface knows no login: "
                "name a tunnel or a proxy on this machine that adds it"
            )
        return url

    @model_validator(mode="after")
    def _a_transaction_outlives_its_checkpoints(self) -> "Validator":
        times = CHECKPOINTS_IN_A_TRANSACTION
        least = self.checkpoint_seconds * times
        if self.transaction_timeout_seconds < least:
            raise ValueError(
                f"transaction_timeout_seconds ({self.transaction_timeout_seconds}) must be {times} times "
                f"checkpoint_seconds ({self.checkpoint_seconds:g}) or more, here {least:g}: the broker aborts a "
                "transaction that one late checkpoint leaves open longer, and its records would be lost"
            )
        return self

    @property
    def group(self) -> str:
        """The consumer group, which is also the prefix of the transactional ids."""
        return f"sluice.{self.name}"


class JobSettings(Settings):
    """What submitting and running the job needs."""

    validator: Validator = Field(default_factory=Validator)
