"""Starting the job so that nothing is lost and nothing is judged twice: look, decide, stop, check, start, check."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from structlog.typing import FilteringBoundLogger

from connections.reading import committed, extents_of
from sluice.ledger.balance import Balance, sentence
from sluice.ledger.runs import count
from sluice.terminal import Fault
from validator.company import leave_to_company, refuse_company
from validator.configuration import Deployment, parameters_of
from validator.coordinates import Outputs, balances
from validator.decide import Asked, Decision, Found, Way, decide
from validator.fence import await_settled, fence
from validator.filling import await_filled, holes, patience_of, shown
from validator.flink_rest import Flink, Job
from validator.job import PlannedJob
from validator.offsets import commit
from validator.plan import Span, targets
from validator.running import LOCAL

if TYPE_CHECKING:
    from connections.settings import Kafka

SPANS_MAX: Final = 200
SHOWN_MAX: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A job that was started, how, and the ledger as it stood just before."""

    job_id: str
    client: Any
    way: Way
    why: str
    before: tuple[Balance, ...]
    savepoint: str | None = None


class Driver:
    """Carries one deployment through; every step logs one line."""

    def __init__(self, deployment: Deployment, log: FilteringBoundLogger) -> None:
        self._deployment = deployment
        self._log = log
        self._validator = deployment.settings.validator
        self._kafka: Kafka = deployment.settings.kafka
        self._job = PlannedJob(deployment)
        self._outputs = Outputs()

    def start(self, *, upgrade: bool = False, from_outputs: bool = False) -> Started:
        """Start, or with ``upgrade`` replace, the job; Fault where that is not safe or the world refuses."""
        with Flink(self._validator.flink_url) as flink:
            running = self._running(flink)
            decision = self._decide(flink, running, upgrade=upgrade, from_outputs=from_outputs)
            self._log.info("decided", way=decision.way.value, why=decision.why)
            savepoint = self._end(flink, running, decision)
            before = self._before(decision)
            if savepoint and (gaps := holes(before)):
                decision = Decision(way=Way.OUTPUTS, why=f"the outputs have gaps, which this fills: {shown(gaps)}")
                self._log.warning("decided", way=decision.way.value, why=decision.why)
                savepoint = None
            try:
                return self._submit(flink, decision, before, savepoint)
            except Fault as fault:
                if savepoint is None:
                    raise
                return self._without_state(flink, fault)

    def _without_state(self, flink: Flink, fault: Fault) -> Started:
        """The savepoint did not restore: nothing came out of it, so the outputs tell where to start."""
        decision = Decision(way=Way.OUTPUTS, why=f"the savepoint was of no use: {fault}")
        self._log.warning("decided", way=decision.way.value, why=decision.why)
        self._end(flink, self._running(flink), decision)
        self._job = PlannedJob(self._deployment)  # a fresh one: Flink's settings cannot be taken back
        return self._submit(flink, decision, self._before(decision), None)

    def verify(self, started: Started) -> tuple[Balance, ...]:
        """Look at the ledger until nothing that was judged is missing; Fault where it stays so."""
        patience = patience_of(self._validator.patience_seconds, self._validator.checkpoint_seconds)
        found = await_filled(self._ledger, started.before, patience, self._log)
        self._log.info("ledger after", job=started.job_id, ledger=sentence(found))
        self._refuse(found)
        return found

    def _ledger(self) -> tuple[Balance, ...]:
        """The ledger as it stands now. What the group was told is read first: what it names is in the outputs then."""
        routes = self._job.plan.routes
        told = committed(self._kafka, self._job.plan.group, [route.raw for route in routes])
        return balances(self._kafka, routes, self._outputs, judged_to=told)

    def _running(self, flink: Flink) -> Job | None:
        if self._deployment.target == LOCAL:
            self._refuse_a_twin(flink)
            return None
        living = flink.living(self._validator.group)
        if len(living) > 1:
            raise Fault(f"{len(living)} jobs of the name {self._validator.group} run; cancel all but one")
        return living[0] if living else None

    def _refuse_a_twin(self, flink: Flink) -> None:
        """Two jobs of one name would fence each other's producers for ever; a cluster that is not there has none."""
        try:
            living = flink.living(self._validator.group)
        except Fault:
            return
        if living:
            raise Fault(
                f"a job of the name {self._validator.group} runs on the cluster at {flink.url}; cancel it there, or "
                "give this one another --name and other topics"
            )

    def _decide(self, flink: Flink, running: Job | None, *, upgrade: bool, from_outputs: bool) -> Decision:
        parameters = parameters_of(self._deployment, self._job.plan, self._job.topology)
        healthy = running is not None and running.state == "RUNNING" and flink.all_tasks_run(running.id)
        filled = self._filled()
        used = bool(filled) or bool(
            committed(self._kafka, self._job.plan.group, [r.raw for r in self._job.plan.routes])
        )
        found = Found(
            running=running.parameters if running else None, healthy=healthy, used=used, filled=frozenset(filled)
        )
        return decide(found, Asked(parameters=parameters, upgrade=upgrade, from_outputs=from_outputs))

    def _filled(self) -> set[str]:
        """The raw topics whose outputs hold, or held, anything."""
        routes = self._job.plan.routes
        ends = extents_of(self._kafka, list(targets(self._job.plan)), committed=False)
        filled = {place.topic for place, extent in ends.items() if extent.end > 0}
        return {route.raw for route in routes if {route.validated, route.dead_letter} & filled}

    def _end(self, flink: Flink, running: Job | None, decision: Decision) -> str | None:
        """Stop what runs; the savepoint's path where that is how the new job starts."""
        patience = self._validator.patience_seconds
        if running is not None and decision.way is Way.SAVEPOINT:
            savepoint = flink.stop_with_savepoint(running.id, patience)
            self._log.info("stopped", job=running.id, savepoint=savepoint)
            return savepoint
        if running is not None:
            flink.cancel(running.id, patience)
            self._log.info("cancelled", job=running.id)
        fenced = fence(self._kafka, self._job.plan.transactional_prefix)
        self._log.info("fenced", transactional_ids=len(fenced))
        return None

    def _before(self, decision: Decision) -> tuple[Balance, ...]:
        await_settled(self._kafka, list(targets(self._job.plan)), fenced=decision.way is not Way.SAVEPOINT)
        found = self._ledger()
        self._log.info("ledger before", way=decision.way.value, ledger=sentence(found), unmarked=self._outputs.unmarked)
        self._refuse(found)
        if gone := {str(each.partition): count(each.expired) for each in found if each.expired}:
            first = dict(list(gone.items())[:SHOWN_MAX])
            self._log.warning("expired unjudged", records_at_most=sum(gone.values()), of=len(gone), partitions=first)
        return found

    def _refuse(self, found: Sequence[Balance]) -> None:
        doubled = [(balance.partition, balance.doubled) for balance in found if balance.doubled]
        if doubled:  # nothing that a start could repair, and nothing that it makes worse: told, never hidden
            total = sum(len(offsets) for _, offsets in doubled)
            first = ", ".join(f"{partition}: {offsets[0]}" for partition, offsets in doubled[:SHOWN_MAX])
            self._log.error("judged twice before", records=total, first=first)
        beyond = [f"{balance.partition}: {balance.unexpected[0]}" for balance in found if balance.unexpected]
        if beyond:
            raise Fault(
                f"the outputs name raw offsets that the raw topics do not have ({'; '.join(beyond[:SHOWN_MAX])}); were "
                "the raw topics deleted and created again? then the outputs have to be, too"
            )

    def _submit(self, flink: Flink, decision: Decision, before: tuple[Balance, ...], savepoint: str | None) -> Started:
        judged = () if savepoint else self._rewind(before)
        if self._deployment.target == LOCAL:
            self._refuse_a_twin(flink)
        else:
            refuse_company(flink, self._validator.group)
        client = self._job.submit(savepoint=savepoint, judged=judged)
        job_id = str(client.get_job_id())
        if self._deployment.target != LOCAL:
            flink.await_running(job_id, self._validator.patience_seconds)
            leave_to_company(flink, self._validator.group, job_id, self._validator.patience_seconds)
        self._log.info(
            "running",
            job=job_id,
            way=decision.way.value,
            contracts=[str(route.contract) for route in self._job.plan.routes],
            checksum=self._deployment.contracts.checksum,
        )
        return Started(
            job_id=job_id, client=client, way=decision.way, why=decision.why, before=before, savepoint=savepoint
        )

    def _rewind(self, before: Sequence[Balance]) -> tuple[Span, ...]:
        """Set the group's offsets to where the outputs end; what came out after a gap is left out of the new plan."""
        group = self._job.plan.group
        offsets = {each.partition: each.resume_at for each in before}
        judged = tuple(
            Span(topic=each.partition.topic, partition=each.partition.number, first=run.first, last=run.last)
            for each in before
            for run in each.seen_after_resume
        )
        if len(judged) > SPANS_MAX:
            raise Fault(
                f"the outputs have gaps between {len(judged)} runs, and one statement can leave out {SPANS_MAX}; "
                "see docs/validation-job.md, 'A ledger full of holes'"
            )
        commit(self._kafka, group, offsets)
        missing = sum(count(each.missing) for each in before)
        self._log.info("offsets set", group=group, partitions=len(offsets), filling=missing)
        return judged
