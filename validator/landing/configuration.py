"""Flink's configuration of the landing job, and what the job tells about itself to the next driver."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from connections.settings import Lake
from validator.configuration import LOCAL, REMOTE
from validator.landing.settings import LandingSettings

PATTERN: Final = "sluice.topics"
ROOT: Final = "sluice.lake"
TOPOLOGY: Final = "sluice.topology"
FILLING: Final = "sluice.filling"


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingDeployment:
    """What is to run: settings, the pattern of topics, and on which Flink."""

    settings: LandingSettings
    pattern: str
    target: str = REMOTE


def configuration_of(deployment: LandingDeployment) -> dict[str, str]:
    """Flink's configuration of this job; what the cluster's own file says stands for the rest."""
    landing = deployment.settings.landing
    interval_ms = int(landing.checkpoint_seconds * 1000)
    configuration = {
        "pipeline.name": landing.group,
        "pipeline.object-reuse": "true",
        "parallelism.default": str(landing.parallelism),
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
    address = urlsplit(deployment.settings.validator.flink_url)
    return configuration | {
        "execution.target": REMOTE,
        "execution.attached": "false",
        "rest.address": address.hostname or "",
        "rest.port": str(address.port or (443 if address.scheme == "https" else 80)),
    }


def parameters_of(deployment: LandingDeployment, topology: str, *, filling: bool) -> dict[str, str]:
    """What a running job tells about itself over Flink's REST interface."""
    return {
        "sluice.group": deployment.settings.landing.group,
        PATTERN: deployment.pattern,
        ROOT: deployment.settings.lake.root,
        TOPOLOGY: topology,
        FILLING: "true" if filling else "false",
    }


def s3_of(lake: Lake) -> dict[str, str]:
    """How Flink's S3 plugin gets in; empty for a folder. Holds secrets: never print it."""
    if lake.folder is not None:
        return {}
    keys = {"s3.access-key": lake.access_key, "s3.secret-key": lake.secret_key}
    return {
        **({"s3.endpoint": lake.endpoint} if lake.endpoint else {}),
        "s3.endpoint.region": lake.region,
        "s3.path.style.access": "true" if lake.path_style else "false",
        **{name: key.get_secret_value() for name, key in keys.items() if key is not None},
    }
