"""One run for one object: stage what landed, close what is complete, judge it, publish or hold it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connections.storage import Storage, StorageMissing
from sla.erased import erased
from sla.estate import Subject
from sla.grids import GridChanged
from sla.judging.bench import Bench, Judged
from sla.judging.closing import Closing, closing
from sla.judging.history import History
from sla.judging.known import known
from sla.judging.references import frozen
from sla.judging.whole import Question
from sla.ledger.finding import finding_of
from sla.ledger.ledger import Ledger
from sla.publishing.promotion import JOB
from sla.publishing.warehouse import Published
from sla.remembered import instant_at
from sla.staging.intake import Progress, bring_in, silent
from sla.staging.staged import Staging, recall
from sla.verdicts import Periods
from sluice.checks.judge import judge_standing
from sluice.finding.model import Finding
from sluice.terminal import Fault

TRIES: Final = 5
Balance = Callable[[Subject, Staging], Ledger | None]


def unasked(subject: Subject, staging: Staging) -> None:
    """No ledger: for tests, and for landings whose topics are gone."""
    del subject, staging


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a run depends on beside the data. ``estate`` are all objects, since rules refer to others.

    ``now`` is the clock, ``as_of`` the instant that is judged by; they differ where history is judged again.
    ``balance`` answers the ledger, which promotion asks; None where nobody is to be asked.
    """

    storage: Storage
    estate: tuple[Subject, ...]
    now: datetime
    as_of: datetime
    grace: timedelta
    batch_bytes: int
    backfill: bool = False
    by: str = JOB
    tell: Progress = silent
    balance: Balance = unasked


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to for one object. ``now`` are the findings of levels that are judged at every run.

    ``untold`` are periods that runs before judged without living to hand over what they found.
    """

    subject: Subject
    as_of: datetime
    staging: Staging
    closing: Closing
    judged: tuple[Judged, ...]
    now: tuple[Finding, ...]
    ledger: Ledger | None = None
    untold: tuple[Judged, ...] = ()

    @property
    def periods(self) -> tuple[Judged, ...]:
        """Those whose findings are to be handed over, in the order in which they were judged."""
        return (*self.untold, *self.judged)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that are to be handed over, in the order in which periods were judged."""
        return (*(finding for each in self.periods for finding in each.findings), *self.now)


def run(subject: Subject, table: Published, around: Circumstances) -> Outcome:
    """The story of one object; it is begun again where retention takes, meanwhile, what was being judged."""
    for _ in range(TRIES):
        before = _gone(around)
        try:
            return _once(subject, table, around)
        except StorageMissing:
            if _gone(around) == before:
                raise
    raise Fault(f"retention takes what is being judged of {subject.name}: do several `sluice sla retention` run?")


def _once(subject: Subject, table: Published, around: Circumstances) -> Outcome:
    bench = bench_of(subject, table, around)
    before = dict(bench.memories)
    due = tuple(period for period in bench.close.closed if bench.is_due(period))
    judged = tuple(each for each in map(bench.judge, due) if each is not None)
    late = (each for period in bench.close.closed for each in bench.published_late(period, before.get(period.label)))
    standing = judge_standing(bench.view(subject.grid.period_of(around.as_of), 1))
    balanced = (finding_of(subject, bench.ledger, around.as_of),) if bench.ledger is not None else ()
    return Outcome(
        subject=subject,
        as_of=around.as_of,
        staging=bench.staging,
        closing=bench.close,
        judged=judged,
        now=(*standing, *late, *balanced),
        ledger=bench.ledger,
        untold=bench.untold(frozenset(each.period.label for each in judged)),
    )


def _gone(around: Circumstances) -> frozenset[tuple[str, str]]:
    """What retention has taken of all objects: rules of one refer to rows of others."""
    taken = ((each.name, erased(around.storage, each.folders)) for each in around.estate)
    return frozenset((name, label) for name, labels in taken for label in labels)


def bench_of(subject: Subject, table: Published, around: Circumstances) -> Bench:
    """Stage what landed, close what is complete, balance, and gather what judging needs."""
    storage = around.storage
    staging = bring_in(subject, storage, around.batch_bytes, around.tell, around.estate)
    activation = _activation(subject, around)
    close = closing(subject, staging, around.grace, around.as_of, activation)
    references = frozen(storage, subject, staging, close.closed)
    question = Question(
        described=subject.described,
        version=subject.contract.version,
        frozen={rule: each.histogram for rule, each in references.items()},
        known=known(subject, around.estate, storage, lambda other: _staging_of(other, around)),
    )
    periods = Periods(storage, subject.folders)
    return Bench(
        subject=subject,
        storage=storage,
        table=table,
        staging=staging,
        close=close,
        history=History(storage, subject.folders, subject.grid, question, staging),
        references=references,
        activation=activation,
        memories=periods.all(),
        periods=periods,
        now=around.now,
        as_of=around.as_of,
        by=around.by,
        backfill=around.backfill,
        ledger=around.balance(subject, staging),
    )


def _staging_of(other: Subject, around: Circumstances) -> Staging:
    """With what landed of it, unless its own run will refuse that: then what is there is what can be referred to."""
    try:
        return bring_in(other, around.storage, around.batch_bytes, estate=around.estate)
    except GridChanged:
        return recall(around.storage, other.folders)


def _activation(subject: Subject, around: Circumstances) -> datetime:
    """Since when the contract is looked after: the first run; what is older was not promised to be on time."""
    path = f"{subject.folders.state}activation"
    around.storage.put_new(path, around.now.isoformat().encode())
    return instant_at(around.storage, path)
