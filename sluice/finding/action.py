"""What was done with a period: the scheduled job's own act, told beside the findings that led to it."""

from dataclasses import dataclass
from enum import StrEnum


class Done(StrEnum):
    """What happened to a period."""

    PROMOTED = "promoted"
    HELD = "held"
    ROLLED_BACK = "rolled-back"
    CLOSED = "closed"  # judged, and published by nobody: not for production use, or not asked
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act on one period of one object; ``period`` is its label, ``why`` a sentence without values of fields."""

    contract: str
    object: str
    period: str
    what: Done
    why: str = ""
