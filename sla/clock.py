"""Whether our clock can be believed: one that runs ahead would close periods whose records are still to come."""

from datetime import datetime, timedelta
from typing import Final

from connections.storage import Storage
from sluice.terminal import Fault

PATH: Final = "state/@clock"
"""No contract has a folder of that name: theirs are escaped."""

AHEAD_MAX: Final = timedelta(minutes=5)


def refuse_ahead(storage: Storage, now: datetime) -> None:
    """Fault where ``now`` is ahead of the time that the storage gives to what is written after it.

    A clock that is behind closes periods late, and harms nothing.
    """
    told = now.isoformat().encode()
    if not storage.put_new(PATH, told):
        storage.swap(PATH, told, storage.get(PATH)[1])  # who loses this was overtaken by a write of this very moment
    written = next((each.modified for each in storage.list(PATH) if each.path == PATH), now)
    if now - written > AHEAD_MAX:
        minutes = (now - written) // timedelta(minutes=1)
        raise Fault(
            f"this machine's clock is {minutes} min ahead of that of {storage.root}, and would close periods before"
            " their records have landed; set the clock (by NTP), or run on a machine whose clock is right"
        )
