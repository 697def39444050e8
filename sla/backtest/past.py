"""The past of one object as checks see it, by the rules of today; whatever is reckoned for it is kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connections.storage import Storage, StorageMissing
from sla.backtest.sandbox import Sandbox
from sla.estate import Subject
from sla.judging.closing import Closing, closing
from sla.judging.history import History
from sla.judging.known import known
from sla.judging.references import frozen
from sla.judging.whole import Question
from sla.remembered import instant_at
from sla.staging.staged import Staging, recall
from sla.verdicts import Period as Memory
from sla.verdicts import Periods, first_published
from sluice.checks.view import Reference, View
from sluice.contract import duration
from sluice.profile.model import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """All that is the same for every period of it. ``patience`` is how long after its end a period closes at last."""

    subject: Subject
    storage: Sandbox
    staging: Staging
    close: Closing
    activation: datetime | None
    memories: Mapping[str, Memory]
    references: Mapping[str, Reference]
    history: History
    patience: timedelta
    now: datetime

    @classmethod
    def of(
        cls, subject: Subject, estate: tuple[Subject, ...], lake: Storage, grace: timedelta, now: datetime
    ) -> "Past":
        """What is staged and remembered by now, over a sandbox of its own."""
        storage = Sandbox(lake)
        staging = recall(storage, subject.folders)
        activation = _activation(subject, storage)
        close = closing(subject, staging, grace, now, activation or now)
        references = frozen(storage, subject, staging, close.closed)
        question = Question(
            described=subject.described,
            version=subject.contract.version,
            frozen={rule: each.histogram for rule, each in references.items()},
            known=known(subject, estate, storage, lambda other: recall(storage, other.folders)),
        )
        return cls(
            subject=subject,
            storage=storage,
            staging=staging,
            close=close,
            activation=activation,
            memories=Periods(storage, subject.folders).all(),
            references=references,
            history=History(storage, subject.folders, subject.grid, question, staging),
            patience=grace + (duration.parse(subject.stream.allowed_lateness) or timedelta(0)),
            now=now,
        )

    def view(self, period: Period) -> View:
        """What checks would have seen of a period when it closed at the latest, by the rows that are there today."""
        return View(
            contract=self.subject.contract,
            object=self.subject.described,
            grid=self.subject.grid,
            period=period,
            as_of=min(period.end + self.patience, self.now),
            profiles=self.history,
            closed=self.close.labels,
            activation=self.activation,
            available=first_published(self.memories, period.label),
            arrivals=self.staging.arrivals,
            references=self.references,
            erased=self.staging.erased,
        )


def _activation(subject: Subject, storage: Sandbox) -> datetime | None:
    try:
        return instant_at(storage, f"{subject.folders.state}activation")
    except StorageMissing:
        return None
