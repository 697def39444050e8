"""After a start: holes that were known are being filled, new ones may be a moment's, and what stays is told."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from structlog.typing import FilteringBoundLogger

from sluice.ledger.balance import Balance, Partition
from sluice.ledger.runs import Run, both, count, without
from sluice.terminal import Fault

Holes = Mapping[Partition, tuple[Run, ...]]
BETWEEN_LOOKS_SECONDS: Final = 1.0
BETWEEN_LINES_SECONDS: Final = 10.0
MOMENT_SECONDS: Final = 10.0
SHOWN_MAX: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long nothing of a known hole may come out, and how long a new hole may last."""

    still_seconds: float
    new_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time in seconds from anywhere, and waiting."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


REAL: Final = Clock()


def patience_of(patience_seconds: float, checkpoint_seconds: float) -> Patience:
    """What comes out is seen after the next checkpoint, or the one after it.

    Where another subtask's transaction is open on a partition, what lies behind its first record is seen once that one
    ends: so a hole of the running job may last for a whole checkpoint without being one.
    """
    return Patience(
        still_seconds=patience_seconds + 2 * checkpoint_seconds, new_seconds=MOMENT_SECONDS + 2 * checkpoint_seconds
    )


def await_filled(
    look: Callable[[], Sequence[Balance]],
    before: Sequence[Balance],
    patience: Patience,
    log: FilteringBoundLogger,
    clock: Clock = REAL,
) -> tuple[Balance, ...]:
    """Look until no offset was missing at every look; the last look.

    What was missing in ``before`` may take as long as its count falls. Fault where it stands still, and where offsets
    that were not missing in ``before`` stay so.
    """
    known = holes(before)
    found = look()
    lasting = holes(found)
    began = moved = clock.now()
    told = began - BETWEEN_LINES_SECONDS
    while lasting:
        now = clock.now()
        if now - told >= BETWEEN_LINES_SECONDS and (filling := _each(both, lasting, known)):
            log.info("being filled", missing=_count(filling), first=shown(filling))
            told = now
        _refuse(lasting, known, patience, now - began, now - moved)
        clock.sleep(BETWEEN_LOOKS_SECONDS)
        found = look()
        still = _each(both, lasting, holes(found))
        if _count(still) < _count(lasting):
            moved = clock.now()
        lasting = still
    return tuple(found)


def holes(found: Sequence[Balance]) -> Holes:
    """What is missing, by partition; partitions in which nothing is are left out."""
    return {each.partition: each.missing for each in found if each.missing}


def shown(found: Holes) -> str:
    """The first few holes in words, and how many more there are."""
    told = [f"{partition} {run}" for partition, runs in found.items() for run in runs]
    more = f" and {len(told) - SHOWN_MAX} more" if len(told) > SHOWN_MAX else ""
    return "; ".join(told[:SHOWN_MAX]) + more


def _refuse(lasting: Holes, known: Holes, patience: Patience, seconds: float, still_seconds: float) -> None:
    fresh = _each(without, lasting, known)
    if fresh and seconds >= patience.new_seconds:
        raise Fault(f"raw records are missing in the outputs: {shown(fresh)}; run again with --upgrade --from-outputs")
    if not fresh and still_seconds >= patience.still_seconds:
        raise Fault(
            f"{_count(lasting)} raw records are still missing in the outputs, and none of them came out within "
            f"{still_seconds:.0f} s: {shown(lasting)}; the job runs and was told to judge them: its log tells why it "
            "does not"
        )


def _each(compare: Callable[[tuple[Run, ...], tuple[Run, ...]], tuple[Run, ...]], one: Holes, other: Holes) -> Holes:
    compared = {partition: compare(runs, other.get(partition, ())) for partition, runs in one.items()}
    return {partition: runs for partition, runs in compared.items() if runs}


def _count(found: Holes) -> int:
    return sum(count(runs) for runs in found.values())
