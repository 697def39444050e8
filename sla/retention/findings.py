"""What runs found and handed over long ago: files that nobody will deliver any more."""

from datetime import datetime

from connections.storage import Entry, Storage
from sla.paths import FINDINGS


def outdated(storage: Storage, before: datetime) -> tuple[Entry, ...]:
    """Findings and actions of runs, of all contracts, that were written before an instant.

    A run that could not hand its findings over does so again under another name, so by age alone they were told.
    """
    return tuple(each for each in storage.list(FINDINGS) if each.modified < before)
