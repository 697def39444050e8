"""Flink's configuration of the job, and what the job tells about itself to the next driver."""

from dataclasses import dataclass
from typing import Final

from validator.frozen import ContractSet
from validator.plan import Plan
from validator.running import REMOTE, Running, running_configuration
from validator.settings import JobSettings

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
    """Flink's configuration of this job: Python runs in the threads of the TaskManager."""
    validator = deployment.settings.validator
    running = Running(
        name=validator.group,
        parallelism=validator.parallelism,
        checkpoint_seconds=validator.checkpoint_seconds,
        target=deployment.target,
        flink_url=validator.flink_url,
    )
    return {"python.execution-mode": "thread", **running_configuration(running)}


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
