"""Flink's configuration of the job, and what the job tells about itself to the next driver."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from validator.frozen import ContractSet
from validator.plan import Plan
from validator.settings import JobSettings

LOCAL: Final = "local"
REMOTE: Final = "remote"
STATE_PATH: Final = "execution.state-recovery.path"
PARAMETERS: Final = "pipeline.global-job-parameters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What is to run: settings, frozen contracts, the name of the Kafka cluster, and on which Flink."""

    settings: JobSettings
    contracts: ContractSet
    cluster: str
    target: str = REMOTE


def configuration_of(deployment: Deployment) -> dict[str, str]:
    """Flink's configuration of this job; what the cluster's own file says stands for the rest."""
    validator = deployment.settings.validator
    interval_ms = int(validator.checkpoint_seconds * 1000)
    configuration = {
        "pipeline.name": validator.group,
        "pipeline.object-reuse": "true",
        "parallelism.default": str(validator.parallelism),
        "python.execution-mode": "thread",
        "table.local-time-zone": "UTC",
        "execution.checkpointing.interval": f"{interval_ms} ms",
        "execution.checkpointing.min-pause": f"{interval_ms // 2} ms",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "1 s",
        "restart-strategy.exponential-delay.max-backoff": "30 s",
    }
    if deployment.target == LOCAL:
        return configuration | {"execution.target": LOCAL, "execution.attached": "true"}  # it takes nothing else
    address = urlsplit(validator.flink_url)
    return configuration | {
        "execution.target": REMOTE,
        "execution.attached": "false",
        "rest.address": address.hostname or "",
        "rest.port": str(address.port or (443 if address.scheme == "https" else 80)),
    }


def parameters_of(deployment: Deployment, plan: Plan, topology: str) -> dict[str, str]:
    """What a running job tells about itself over Flink's REST interface."""
    return {
        "sluice.group": plan.group,
        "sluice.raw": ";".join(sorted(route.raw for route in plan.routes)),
        "sluice.contracts": ";".join(f"{route.contract.id}/{route.contract.version}" for route in plan.routes),
        "sluice.checksum": deployment.contracts.checksum,
        "sluice.topology": topology,
        "sluice.filling": "true" if plan.judged else "false",
    }


def as_parameter(parameters: dict[str, str]) -> str:
    """A map as Flink's configuration writes it: quoted, since values hold commas and colons."""
    return ",".join(f"{name}:{_quoted(value)}" for name, value in parameters.items())


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
