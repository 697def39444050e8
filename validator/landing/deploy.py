"""Starting the landing job so that nothing is lost and nothing lands twice: look, decide, stop, look, start, look."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from structlog.typing import FilteringBoundLogger

from connections.reading import committed, extents_of
from connections.storage import storage_of
from sluice.ledger.balance import Partition
from sluice.ledger.runs import count
from sluice.terminal import Fault
from validator.flink_rest import Flink, Job
from validator.landing.configuration import ROOT, LandingDeployment, parameters_of
from validator.landing.decide import Asked, Decision, Found, Way, decide
from validator.landing.files import BronzeFile, files_of
from validator.landing.job import PlannedLanding
from validator.landing.look import landed_of, resumptions_of
from validator.landing.resume import Resumption, refuse_strangers, spans_of
from validator.landing.topics import topics_of
from validator.offsets import commit
from validator.running import LOCAL

SPANS_MAX: Final = 200
LOOKS: Final = 6
BETWEEN_LOOKS_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A job that was started, how, which topics it finds at present, and from which offsets it reads them."""

    job_id: str
    client: Any
    way: Way
    why: str
    topics: tuple[str, ...]
    offsets: Mapping[Partition, int]
    savepoint: str | None = None
    missing: int = 0


class LandingDriver:
    """Carries one deployment through; every step logs one line."""

    def __init__(self, deployment: LandingDeployment, log: FilteringBoundLogger) -> None:
        self._deployment = deployment
        self._settings = deployment.settings
        self._log = log
        self._job = PlannedLanding(deployment)
        self._files: tuple[BronzeFile, ...] = ()

    def start(self, *, upgrade: bool = False, from_files: bool = False) -> Started:
        """Start, or with ``upgrade`` replace, the job; Fault where that is not safe or the world refuses.

        ``from_files`` looks at every file, so that it also fills what somebody has deleted between two others.
        """
        self._list()
        with Flink(self._settings.validator.flink_url) as flink:
            running = self._running(flink)
            decision = self._decide(flink, running, upgrade=upgrade, from_files=from_files)
            self._log.info("decided", way=decision.way.value, why=decision.why)
            decision, savepoint = self._end(flink, running, decision)
            try:
                return self._submit(flink, decision, savepoint, every_file=from_files)
            except Fault as fault:
                if savepoint is None:
                    raise
                return self._without_state(flink, fault)

    @property
    def root(self) -> str:
        """Where the files go."""
        return self._settings.lake.root

    def verify(self, started: Started) -> None:
        """See a file completed where records wait, and a checkpoint in any case; Fault with the cause where it fails.

        A task that runs may still have no codec or no key to the storage, and shows so at its first record only. The
        job goes on trying then, as it would after any failure.
        """
        kafka, group = self._settings.kafka, self._settings.landing.group
        patience = self._settings.validator.patience_seconds
        extents = extents_of(kafka, started.topics)
        with Flink(self._settings.validator.flink_url) as flink:
            for _ in range(LOOKS):
                flink.checkpoint(started.job_id, patience)
                if why := flink.failure(started.job_id):
                    raise Fault(f"the job {started.job_id} fails and tries again: {why}")
                now = committed(kafka, group, started.topics)
                waits = any(now.get(at, extent.first) < extent.end for at, extent in extents.items())
                if now != started.offsets or not waits:
                    break
                time.sleep(BETWEEN_LOOKS_SECONDS)
        self._log.info("checkpoint done", job=started.job_id)

    def _without_state(self, flink: Flink, fault: Fault) -> Started:
        decision = Decision(way=Way.FILES, why=f"the savepoint was of no use: {fault}")
        self._log.warning("decided", way=decision.way.value, why=decision.why)
        self._end(flink, self._running(flink), decision)
        self._job = PlannedLanding(self._deployment)  # a fresh one: Flink's settings cannot be taken back
        return self._submit(flink, decision, None, every_file=False)

    def _running(self, flink: Flink) -> Job | None:
        """The living job of this name; Fault where another one lands into this lake, or a local one has a twin."""
        group = self._settings.landing.group
        local = self._deployment.target == LOCAL
        try:
            living = flink.all_living()
        except Fault:
            if local:  # a cluster that is not there runs no other job
                return None
            raise
        for job in living:
            if job.parameters.get(ROOT) == self._settings.lake.root and (local or job.name != group):
                raise Fault(
                    f"the job {job.name} on the cluster at {flink.url} lands into {self._settings.lake.root} already: "
                    "two would land everything twice; cancel it there, or name another lake.root"
                )
        mine = tuple(job for job in living if job.name == group)
        if len(mine) > 1:
            raise Fault(f"{len(mine)} jobs of the name {group} run; cancel all but one")
        return mine[0] if mine and not local else None

    def _decide(self, flink: Flink, running: Job | None, *, upgrade: bool, from_files: bool) -> Decision:
        found = Found(
            running=running.parameters if running else None,
            healthy=running is not None and running.state == "RUNNING" and flink.all_tasks_run(running.id),
            files=bool(self._files),
        )
        parameters = parameters_of(self._deployment, self._job.topology, filling=False)
        return decide(found, Asked(parameters=parameters, upgrade=upgrade, from_files=from_files))

    def _end(self, flink: Flink, running: Job | None, decision: Decision) -> tuple[Decision, str | None]:
        """Stop what runs; the way that is left, and the savepoint's path where that is how the new job starts."""
        patience = self._settings.validator.patience_seconds
        if running is None:
            return decision, None
        if decision.way is Way.SAVEPOINT:
            try:
                savepoint = flink.stop_with_savepoint(running.id, patience)
            except Fault as fault:
                decision = Decision(way=Way.FILES, why=f"the job took no savepoint: {fault}")
                self._log.warning("decided", way=decision.way.value, why=decision.why)
            else:
                self._log.info("stopped", job=running.id, savepoint=savepoint)
                return decision, savepoint
        flink.cancel(running.id, patience)
        self._log.info("cancelled", job=running.id)
        return decision, None

    def _submit(self, flink: Flink, decision: Decision, savepoint: str | None, *, every_file: bool) -> Started:
        topics = topics_of(self._settings.kafka, self._deployment.pattern)
        resumed = () if savepoint else self._rewind(topics, every_file=every_file)
        offsets = committed(self._settings.kafka, self._settings.landing.group, topics)
        client = self._job.submit(savepoint=savepoint, landed=spans_of(resumed))
        job_id = str(client.get_job_id())
        if self._deployment.target != LOCAL:
            flink.await_running(job_id, self._settings.validator.patience_seconds)
        self._log.info("running", job=job_id, way=decision.way.value, lake=self._settings.lake.root, topics=topics)
        if not topics:
            self._log.warning("no topic yet", pattern=self._deployment.pattern, kafka=self._settings.kafka.bootstrap)
        return Started(
            job_id=job_id,
            client=client,
            way=decision.way,
            why=decision.why,
            topics=topics,
            offsets=offsets,
            savepoint=savepoint,
            missing=sum(count(each.missing) for each in resumed),
        )

    def _rewind(self, topics: Sequence[str], *, every_file: bool) -> tuple[Resumption, ...]:
        """Set the group's offsets to where the files end; what lies behind a gap is left out of the statement."""
        self._list()  # again: the job that was ended meanwhile has completed files
        found = landed_of(self._settings, self._files, topics, every_file=every_file)
        refuse_strangers(found)
        resumed = resumptions_of(self._settings.kafka, found)
        if (spans := len(spans_of(resumed))) > SPANS_MAX:
            raise Fault(
                f"the files have gaps between {spans} ranges, and one statement can leave out {SPANS_MAX}; land into "
                "another lake.root from the beginning, or see docs/landing.md, 'Gaps'"
            )
        for each in found:
            if each.forgotten:
                why = "the group's offset is of a topic of that name that is gone: from the first record"
                at, told = str(each.partition), each.committed
                self._log.warning(why, partition=at, committed=told, first=each.extent.first, end=each.extent.end)
            if each.expired:
                self._log.error("expired before it was landed", partition=str(each.partition), offsets=each.expired)
        group = self._settings.landing.group
        commit(self._settings.kafka, group, {each.partition: each.offset for each in resumed})
        missing = {str(each.partition): [str(run) for run in each.missing] for each in resumed if each.missing}
        self._log.info("offsets set", group=group, partitions=len(resumed), filling=missing)
        return resumed

    def _list(self) -> None:
        self._files = files_of(storage_of(self._settings.lake))
