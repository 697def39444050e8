"""The command that repairs a breach, or shows the way: by what was done, then by kind."""

import shlex
from typing import Final

from sluice.incident.told import Told

_BY_KIND: Final = {
    "latency": "sluice ledger {contract}",
    "frequency": "sluice ledger {contract}",
    "freshness": "sluice ledger {contract}",
    "timeOfAvailability": "sluice ledger {contract}",
    "reconciliation": "sluice ledger {contract}",
    "ledger": "sluice ledger {contract}",
}
_BY_PLATFORM_CHECK: Final = {
    "sla-run": "sluice sla run",
    "flink": "sluice status",
    "job-runs": "sluice submit {job} --upgrade",
    "job-restarts": "sluice submit {job} --upgrade",
    "registry": "sluice status",
    "broker": "sluice status",
}


def command(told: Told) -> str:
    """One line for a shell, its arguments quoted."""
    key = told.key
    words = {"contract": shlex.quote(key.contract), "job": shlex.quote(dict(key.segment).get("job") or "validate")}
    if key.check in _BY_PLATFORM_CHECK and told.last is not None and told.last.kind == "platform":
        return _BY_PLATFORM_CHECK[key.check].format(**words)
    if told.held:
        return f"sluice sla promote {words['contract']} {shlex.quote(told.held[0])} --why '...'"
    template = _BY_KIND.get(told.last.kind if told.last else "", "sluice sla status {contract}")
    return template.format(**words)
