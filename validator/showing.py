"""What the metrics show of a judge."""

from validator.judge import Judge
from validator.metrics import Judging


def judging(judge: Judge) -> dict[str, Judging]:
    """Contract, version and counts by raw topic, as they are now."""
    return {
        raw: Judging(
            contract=bench.gate.contract.id,
            version=bench.gate.contract.version,
            registry_version=bench.frozen.version,
            tally=bench.tally,
        )
        for raw, bench in judge.benches.items()
    }
