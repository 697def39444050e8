"""What was asked of a plan: kept beside it in the plan file, so that apply can make the very same plan again."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from registry_sync.plan import Plan
from sluice.terminal import Fault


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
    """A reviewed plan: what was asked, and the checksum of what was answered."""

    request: Request
    checksum: str


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
        document = orjson.loads(path.read_bytes())
        return PlanFile(request=_request(document["request"]), checksum=str(document["checksum"]))
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}") from None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise Fault(f"{path} is no plan; write one with `sluice plan CONTRACTS --out {path}`") from None


def _request(document: dict[str, Any]) -> Request:
    return Request(**{**document, "contracts": tuple(document["contracts"])})
