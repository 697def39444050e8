"""Flink's configuration of the landing job, and what the job tells about itself to the next driver."""

from dataclasses import dataclass
from typing import Final

from connections.settings import Lake
from validator.landing.settings import LandingSettings
from validator.running import REMOTE, Running, running_configuration

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
    """Flink's configuration of this job."""
    landing = deployment.settings.landing
    running = Running(
        name=landing.group,
        parallelism=landing.parallelism,
        checkpoint_seconds=landing.checkpoint_seconds,
        target=deployment.target,
        flink_url=deployment.settings.validator.flink_url,
    )
    return running_configuration(running)


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
