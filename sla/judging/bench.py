"""Where the periods of one object are judged: what is the same for all of them, and one period at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connections.storage import Storage
from sla.erased import erased
from sla.estate import Subject
from sla.judging.closing import Closing
from sla.judging.history import History
from sla.ledger.ledger import Ledger
from sla.publishing import promoted
from sla.publishing.promotion import Desk, Intent, intent_of
from sla.publishing.warehouse import Published
from sla.staging.staged import Staging
from sla.verdicts import Act, Periods, Revision, Verdict, first_published, promotions, with_revision
from sla.verdicts import Period as Memory
from sluice.checks.closing import Closed
from sluice.checks.judge import judge_period, judge_published
from sluice.checks.view import Reconciled, Reference, View
from sluice.contract import duration
from sluice.contract.measures import Reconciliation
from sluice.finding.model import Finding, Outcome
from sluice.profile.model import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A period that this run judged, and what became of it; ``findings`` are to be handed over."""

    period: Period
    revision: Revision
    intent: Intent | None
    memory: Memory
    findings: tuple[Finding, ...]
    waits: tuple[str, ...] = ()  # why it is not published yet though nothing that holds was breached


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where periods are judged: everything that is the same for all of them."""

    subject: Subject
    storage: Storage
    table: Published
    staging: Staging
    close: Closing
    history: History
    references: Mapping[str, Reference]
    activation: datetime
    memories: dict[str, Memory]
    periods: Periods
    now: datetime
    as_of: datetime
    by: str
    backfill: bool = False
    ledger: Ledger | None = None

    def is_due(self, period: Period) -> bool:
        """Whether it was never judged, has rows that its last revision had not, or was left undone by a dead run."""
        memory = self.memories.get(period.label) or Memory(label=period.label)
        return self._has_news(memory, period) or self._intent(memory) is not None

    def judge(self, period: Period) -> Judged | None:
        """Judge, remember, act; a revision that is there already is not judged again. None of what is gone by now.

        What is remembered is read anew, since others may have written since the start of the run. What a dead run
        left undone is done first: it may be in the table, and is published only if it is remembered as such.
        """
        if self._is_gone(period):
            return None
        memory, intent, waits = self._acted_upon(self.periods.get(period.label))
        if self._has_news(memory, period):
            revision = self._revision(period, (memory.newest.number if memory.newest else 0) + 1)
            memory, intent, waits = self._acted_upon(
                self.periods.change(period.label, lambda now: with_revision(now, revision))
            )
        settled = memory.newest
        if settled is None:
            return None
        self.memories[period.label] = memory
        return Judged(
            period=period,
            revision=settled,
            intent=intent,
            memory=memory,
            findings=self._findings(period, memory),
            waits=waits,
        )

    def published_late(self, period: Period, before: Memory | None) -> tuple[Finding, ...]:
        """What there is to say of when it could be read, of a period that an earlier run judged and did not publish."""
        memory = self.memories.get(period.label)
        if before is None or before.newest is None or memory is None or memory.newest is None:
            return ()
        judged_now = memory.newest.number > before.newest.number  # its own findings say it
        if judged_now or next(promotions(before), None) or not self.subject.contract.production_use:
            return ()
        view = replace(self.view(period, memory.newest.number), withheld=memory.why)
        return tuple(each for each in judge_published(view) if each.outcome in {Outcome.HOLDS, Outcome.BREACHED})

    def untold(self, judged: frozenset[str]) -> tuple[Judged, ...]:
        """Periods, those apart that are judged now, of whose newest revision nobody was told: a run died over it."""
        return tuple(
            Judged(
                period=period,
                revision=memory.newest,
                intent=None,
                memory=memory,
                findings=self._findings(period, memory),
            )
            for label, memory in self.memories.items()
            if label not in judged and memory.newest is not None and memory.newest.number > memory.told
            for period in (self.subject.grid.period(label),)
        )

    def _findings(self, period: Period, memory: Memory) -> tuple[Finding, ...]:
        """Those of the newest revision, and whether the table took it."""
        taken = promoted.finding_of(self.subject, period, memory, self._ready_at(period))
        judged = memory.newest.findings if memory.newest else ()
        return (*judged, taken) if taken else judged

    def _is_gone(self, period: Period) -> bool:
        """Whether retention has taken it since the start of the run."""
        return period.label in erased(self.storage, self.subject.folders)

    def _has_news(self, memory: Memory, period: Period) -> bool:
        """Whether its last revision lacks rows that are staged by now; one that has more was made by a later run."""
        return memory.newest is None or not set(self._files(period)) <= set(memory.newest.files)

    def _acted_upon(self, memory: Memory) -> tuple[Memory, Intent | None, tuple[str, ...]]:
        """Carried out, unless the ledger is not past the period yet: then the next run asks again."""
        intent = self._intent(memory)
        if intent is None:
            return memory, None, ()
        if intent.act is Act.PROMOTE and self.ledger is not None:
            answer = self.ledger.holds_for(memory.label)
            if not answer.holds and not self._is_published(memory.label, intent):
                return memory, None, answer.why
        desk = Desk.of(self.subject, self.storage, self.table)
        return desk.carry_out(memory.label, intent, self.now, self.by), intent, ()

    def _is_published(self, label: str, intent: Intent) -> bool:
        """Whether a run that died committed it already: then it is remembered, whatever the ledger says by now."""
        files = {self.storage.uri(path) for path in intent.revision.files}
        return bool(files) and files <= self.table.files(label)

    def _intent(self, memory: Memory) -> Intent | None:
        return intent_of(memory, production=self.subject.contract.production_use)

    def view(self, period: Period, revision: int) -> View:
        """What checks may see of a period."""
        return View(
            contract=self.subject.contract,
            object=self.subject.described,
            grid=self.subject.grid,
            period=period,
            as_of=self.as_of,
            profiles=self.history,
            closed=self.close.labels,
            revision=revision,
            withheld=self._withheld(period),
            backfill=self.backfill,
            activation=self.activation,
            available=first_published(self.memories, period.label),
            arrivals=self.staging.arrivals,
            references=self.references,
            reconciled=self._reconciled(period),
            oldest=next((each for each in self.close.states if each.label in self.history), None),
            erased=self.staging.erased,
            ready_at=self._ready_at(period),
        )

    def _ready_at(self, period: Period) -> datetime:
        """When it could first be judged: once nothing more may come, by a job that looks after the contract."""
        lateness = duration.parse(self.subject.stream.allowed_lateness) or timedelta(0)
        return min(max(period.end + lateness, self.activation), self.as_of)

    def _withheld(self, period: Period) -> str:
        """Why it is not published by this run, whatever is found in it."""
        if self.ledger is None or not self.subject.contract.production_use:
            return ""
        return "; ".join(self.ledger.holds_for(period.label).why)

    def _reconciled(self, period: Period) -> dict[str, Reconciled]:
        """What the ledger says, for each rule that asks."""
        if self.ledger is None:
            return {}
        rules = (rule for rule in self.subject.described.quality if isinstance(rule.measure, Reconciliation))
        return {rule.id: self.ledger.reconciled(period) for rule in rules}

    def _files(self, period: Period) -> tuple[str, ...]:
        return tuple(each.path for each in self.history.staged(period.label))

    def _revision(self, period: Period, number: int) -> Revision:
        state = self.close.states[period]
        findings = judge_period(self.view(period, number))
        held = any(finding.holds_period for finding in findings)
        return Revision(
            number=number,
            at=self.now,
            files=self._files(period),
            verdict=Verdict.HELD if held else Verdict.PASSED,
            closed=state.reason if isinstance(state, Closed) else "",
            findings=findings,
        )
