"""A plan carried out. The order keeps the promise: what goes is remembered first, so a kill loses no count of it.

Nobody judges or publishes a period once it is remembered as gone; the ledger hears of each landed file before it is
deleted; the published rows leave the table before their files leave the storage, and whoever was just about to publish
some of them has to look again, and finds the period remembered as gone. Whoever is killed in between is taken up by
the next plan, which finds what is left of periods that are remembered as gone.
"""

from datetime import datetime

import msgspec

from connections.storage import Storage
from sla.erased import bury
from sla.ledger.memory import release
from sla.publishing.warehouse import Published, Wanted
from sla.retention.plan import Plan


def enforce(plan: Plan, storage: Storage, table: Published, now: datetime, by: str) -> str:
    """Do what the plan says, all of it written down before; the address of that record."""
    folders = plan.subject.folders
    record = f"{folders.state}erased/{now:%Y%m%dT%H%M%S%fZ}.json"
    storage.put_new(record, msgspec.json.encode(_told(plan, now, by)))
    bury(storage, folders, {each.label: each.gone for each in plan.periods})
    release(storage, folders, [each.path for each in plan.bronze])
    for each in plan.periods:  # whether it was published or not when we looked: it may have been since
        why = f"older than the {plan.kept.days if plan.kept else 0} days of its retention"
        told = {"sluice.period": each.label, "sluice.act": "erase", "sluice.by": by, "sluice.why": why}
        table.settle(each.label, _nothing, told)
    for entry in plan.files:
        storage.delete(entry.path)
    for leftover in plan.leftovers:
        storage.discard(leftover)
    table.expire(plan.snapshots)
    return storage.uri(record)


def _nothing() -> Wanted:
    return Wanted(uris=frozenset(), alone=True)


def _told(plan: Plan, now: datetime, by: str) -> dict[str, object]:
    return {
        "at": now,
        "by": by,
        "kept_seconds": plan.kept.total_seconds() if plan.kept else None,
        "periods": {each.label: each.gone for each in plan.periods},
        "published": [each.label for each in plan.periods if each.published],
        "files": [each.path for each in plan.files],
        "leftovers": [each.path for each in plan.leftovers],
        "snapshots": [each.id for each in plan.snapshots],
    }
