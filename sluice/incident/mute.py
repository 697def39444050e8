"""Mutes: what nobody is told of for a while, until when, why, and by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sluice.incident.key import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """``check`` None is the whole contract. It ends by itself: a mute without an end is a rule that was deleted."""

    contract: str
    until: datetime
    why: str
    by: str
    check: str | None = None
    id: int | None = None

    def covers(self, key: Key, now: datetime) -> bool:
        """Whether this incident is muted now."""
        return now < self.until and self.is_about(key)

    def is_about(self, key: Key) -> bool:
        """Whether it mutes this incident while it lasts."""
        return self.contract == key.contract and self.check in (None, key.check, _full(key))


def muted(key: Key, mutes: Iterable[Mute], now: datetime) -> Mute | None:
    """The mute that covers the incident now."""
    return next((mute for mute in mutes if mute.covers(key, now)), None)


def _full(key: Key) -> str:
    return f"{key.object}.{key.check}"
