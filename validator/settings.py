"""Settings of the validation job: ``[validator]`` in the file, SLUICE_VALIDATOR_... in the environment, flags."""

from pathlib import Path

from pydantic import Field, field_validator

from connections.settings import Section, Settings
from validator.metrics import ports_of

BROKER_TRANSACTION_SECONDS_MAX = 900


class Validator(Section):
    """The job. ``name`` is its identity: group, transactional ids and state folder follow from it; never share it.

    ``cluster`` names the Kafka cluster in record ids (default: the id that the broker tells). ``state`` is the folder
    for last good copies. ``metrics_ports`` is a port, a range, 0 for any, or empty for what each TaskManager's
    SLUICE_METRICS_PORT says. ``transaction_timeout_seconds`` bounds an outage that a resumed job survives by itself;
    the broker's own limit is 900 unless it was raised.
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

    @property
    def group(self) -> str:
        """The consumer group, which is also the prefix of the transactional ids."""
        return f"sluice.{self.name}"


class JobSettings(Settings):
    """What submitting and running the job needs."""

    validator: Validator = Field(default_factory=Validator)
