"""What was asked of a plan: kept beside it in the plan file, so that apply can make the very same plan again."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import orjson
from pydantic import TypeAdapter, ValidationError

from registry_sync.plan import Plan
from sluice.terminal import Fault

OPTIONS: Final = {
    "env": "--env (SLUICE_ENV)",
    "config": "--config (SLUICE_CONFIG)",
    "registry_url": "--registry",
    "bootstrap": "--bootstrap",
    "acls": "--acls",
    "prune": "--prune",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The contracts (paths as they were given), the environment, and the switches that change the plan."""

    contracts: tuple[str, ...]
    env: str | None = None
    config: str | None = None
    registry_url: str | None = None
    bootstrap: str | None = None
    acls: bool = False
    prune: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A reviewed plan: what was asked, the checksum of what was answered, and for which platform and estate."""

    request: Request
    checksum: str
    registry: str
    kafka: str
    cluster: str
    estate: str

    def contradictions(self, said: Request) -> tuple[str, ...]:
        """The options among those ``said`` that the plan was made without, or with another value."""
        asked = asdict(self.request)
        return tuple(
            OPTIONS[name]
            for name, value in asdict(said).items()
            if name in OPTIONS and value not in (None, False, asked[name])
        )

    def elsewhere(self, made: Plan) -> str | None:
        """How the platform or the estate that ``made`` is for differs from the reviewed one, None where it does not."""
        pairs = (
            ("registry", self.registry, made.registry_url),
            ("brokers", self.kafka, made.bootstrap),
            ("cluster", self.cluster, made.cluster),
            ("estate", self.estate, made.estate),
        )
        told = [f"{what} {reviewed}, and this is {now}" for what, reviewed, now in pairs if reviewed != now]
        return "; ".join(told) or None


def write_plan_file(path: Path, request: Request, plan: Plan) -> None:
    """Write the plan for the review and for apply; Fault where it cannot be written."""
    document = {"request": asdict(request), **plan.as_json()}
    try:
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        raise Fault(f"{path} cannot be written: {error.strerror}") from None


def read_plan_file(path: Path) -> PlanFile:
    """Read what ``write_plan_file`` wrote; Fault where it is something else."""
    try:
        return _PLAN_FILE.validate_json(path.read_bytes(), strict=True)
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}") from None
    except ValidationError:
        raise Fault(f"{path} is no plan; write one with `sluice plan CONTRACTS --out {path}`") from None


_PLAN_FILE: Final = TypeAdapter(PlanFile)
