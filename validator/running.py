"""How a job of ours runs on Flink: what the validation job and the landing job are configured by alike."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

LOCAL: Final = "local"
REMOTE: Final = "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One job: its name on Flink, how wide it is, how often it commits, and on which Flink."""

    name: str
    parallelism: int
    checkpoint_seconds: float
    target: str
    flink_url: str


def running_configuration(job: Running) -> dict[str, str]:
    """Flink's configuration; what the cluster's own file says stands for the rest."""
    interval_ms = int(job.checkpoint_seconds * 1000)
    configuration = {
        "pipeline.name": job.name,
        "pipeline.object-reuse": "true",
        "parallelism.default": str(job.parallelism),
        "table.local-time-zone": "UTC",
        "execution.checkpointing.interval": f"{interval_ms} ms",
        "execution.checkpointing.min-pause": f"{interval_ms // 2} ms",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "restart-strategy.type": "exponential-delay",
        "restart-strategy.exponential-delay.initial-backoff": "1 s",
        "restart-strategy.exponential-delay.max-backoff": "30 s",
    }
    if job.target == LOCAL:
        return configuration | {"execution.target": LOCAL, "execution.attached": "true"}  # it takes nothing else
    address = urlsplit(job.flink_url)
    return configuration | {
        "execution.target": REMOTE,
        "execution.attached": "false",
        "rest.address": address.hostname or "",
        "rest.port": str(address.port or (443 if address.scheme == "https" else 80)),
    }
