"""The command that repairs a breach, or shows the way: by what was done, then by kind."""

import shlex
from typing import Final

from sluice.incident.told import Told

_BY_KIND: Final = {
    "latency": "sluice ledger {stream}",
    "frequency": "sluice ledger {stream}",
    "freshness": "sluice ledger {stream}",
    "timeOfAvailability": "sluice ledger {stream}",
    "reconciliation": "sluice ledger {stream}",
    "ledger": "sluice ledger {stream}",
    "staging": "sluice ledger {stream}",
}
_BY_PLATFORM_CHECK: Final = {
    "sla-run": "sluice sla run",
    "flink": "sluice status",
    "job-runs": "sluice submit {job} --upgrade",
    "job-restarts": "sluice submit {job} --upgrade",
    "registry": "sluice status",
    "channel": "sluice alerts test {channel}",
    "broker": "sluice status",
}


def command(told: Told) -> str:
    """One line for a shell, its arguments quoted."""
    key = told.key
    segment = dict(key.segment)
    job = (segment.get("job") or "").removeprefix("sluice.")
    words = {
        "stream": shlex.quote(f"{key.contract}.{key.object}" if key.object else key.contract),
        "job": "land" if job.startswith("land") else "validate",
        "channel": shlex.quote(segment.get("channel") or ""),
    }
    if key.check in _BY_PLATFORM_CHECK and told.last is not None and told.last.kind == "platform":
        return _BY_PLATFORM_CHECK[key.check].format(**words)
    if told.held:
        return f"sluice sla promote {words['stream']} {shlex.quote(told.held[0])} --why '...'"
    template = _BY_KIND.get(told.last.kind if told.last else "", "sluice sla status {stream}")
    return template.format(**words)
