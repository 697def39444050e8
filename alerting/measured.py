"""The times to detect, to notify and to repair, measured from the incidents' lives."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from alerting.store import incidents
from sluice.contract.model import Contract
from sluice.incident.times import Life, Promise, measure

SPAN: Final = timedelta(days=30)


def promises(connection: Connection, contracts: Mapping[str, Contract], now: datetime) -> tuple[Promise, ...]:
    """For each contract that had an incident within the last 30 days, what was measured and what it promises.

    What is open counts however old it is: the oldest is the last that should be left out.
    """
    by_contract: dict[str, list[Life]] = {}
    for row in incidents.lives(connection, now - SPAN):
        life = Life(
            ready_at=row.ready_at,
            opened_at=row.opened_at,
            notified_at=row.notified_at,
            repaired_at=row.ended_at if row.ended == "resolved" else None,
            age=max(0.0, (now - row.written_at).total_seconds()) if row.ended_at is None else None,
        )
        by_contract.setdefault(row.contract, []).append(life)
    return tuple(
        promise for name, lives in sorted(by_contract.items()) for promise in measure(name, contracts.get(name), lives)
    )
