"""The values that another object's field holds, for rules that refer to it."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from connections.storage import Storage
from sla.estate import Subject
from sla.judging.whole import Known
from sla.staging.rows import column, rows
from sla.staging.staged import Staging
from sluice.contract.measures import Referential

NONE: Final = pa.array([], pa.string())


def known(
    subject: Subject, estate: tuple[Subject, ...], storage: Storage, staging_of: Callable[[Subject], Staging]
) -> dict[str, Known]:
    """By rule id, for the objects that have any staged rows; ``staging_of`` may stage what landed of them first."""
    found: dict[str, Known] = {}
    for rule in subject.described.quality:
        measure = rule.measure
        if not isinstance(measure, Referential):
            continue
        other = next((each for each in estate if each.name == f"{measure.contract}.{measure.object}"), None)
        staging = staging_of(other) if other is not None else Staging()
        if staging.staged:
            paths = "\n".join(each.path for each in staging.staged)
            found[rule.id] = Known(
                mark=hashlib.sha256(paths.encode()).hexdigest(),
                values=partial(_values, storage, staging, measure.target),
            )
    return found


def _values(storage: Storage, staging: Staging, name: str) -> pa.Array:
    cells = column(rows(storage, staging.staged, [name]), name)
    return pc.unique(cells.drop_null()) if cells is not None else NONE
