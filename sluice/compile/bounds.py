"""Bounds in time as rules in CEL, since draft-07 has no word for them."""

from collections.abc import Iterable, Iterator

from sluice.compile.value import Complaint
from sluice.compile.walk import Visit
from sluice.contract.model import RecordRule


def bound_rules(seen: Iterable[Visit]) -> Iterator[RecordRule]:
    """One rule for each bound of a date, time or timestamp, with the id ``<field>.<bound>``."""
    del seen
    yield from ()


def bound_complaints(visit: Visit) -> Iterator[Complaint]:
    """Why a bound of this field cannot be judged."""
    del visit
    yield from ()
