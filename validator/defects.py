"""Telling of our own defects while judging: which exception, and where in our code; never what the record held."""

from traceback import extract_tb
from typing import Final

from structlog.typing import FilteringBoundLogger

DIFFERENT_MAX: Final = 20
PLACES_MAX: Final = 5


class Defects:
    """Logs each different defect once: a defect meets every record of its kind, and a log is not a topic."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._told: set[tuple[str, ...]] = set()

    def tell(self, defect: Exception) -> None:
        """Log it where it is new; its message is left out, since that may quote the record."""
        frames = extract_tb(defect.__traceback__)[-PLACES_MAX:]
        places = tuple(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
        known = (type(defect).__name__, *places)
        if known in self._told or len(self._told) >= DIFFERENT_MAX:
            return
        self._told.add(known)
        self._log.error("judge failed", code="JUDGE_FAILED", error=known[0], where=places)
