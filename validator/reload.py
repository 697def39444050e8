"""Hot reload: a thread that looks for new contract versions and hands them to the judge; never required to judge."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Final, Protocol

import msgspec
from structlog.typing import FilteringBoundLogger

from connections.registry import Registry, SchemaVersion
from sluice.terminal import Fault
from sluice.verdict.annotation import NotAContract
from validator.frozen import ContractSet, Frozen, compile_gate
from validator.judge import Judge
from validator.metrics import Reloads
from validator.resolve import unfit
from validator.route import Route, route_of
from validator.secrets import landed

SHOWN_MAX: Final = 5


class Reloading(msgspec.Struct, frozen=True, kw_only=True):
    """How often to look, and where: the registry's settings as JSON with its secrets, which travel inside the job.

    ``files`` are the certificates and the key that the settings name, as text.
    """

    seconds: float
    registry: dict[str, object]
    files: dict[str, str] = {}

    def client(self) -> Registry:
        """A client of the registry; its files are on this machine only until they are loaded."""
        with TemporaryDirectory(prefix="sluice-registry-") as folder:
            return Registry(landed(self.registry, self.files, Path(folder)))


class Subjects(Protocol):
    """What the reloader asks of a registry."""

    def latest(self, subject: str) -> SchemaVersion | None:
        """The latest version of a subject, None where there is no such subject."""


class Reloader:
    """Looks every ``seconds``, compiles aside, swaps; whatever goes wrong, the last good version goes on judging."""

    def __init__(
        self,
        reloading: Reloading,
        contracts: ContractSet,
        judge: Judge,
        reloads: Reloads,
        log: FilteringBoundLogger,
    ) -> None:
        self._reloading = reloading
        self._contracts = contracts.contracts
        self._judge = judge
        self._reloads = reloads
        self._log = log
        self._refused: set[tuple[str, int]] = set()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="sluice-reload", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for a look under way, which the registry's timeout bounds."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def look(self, registry: Subjects) -> None:
        """Look once: take what is new and sound, refuse what is not a contract or would need another plan.

        A subject that cannot be read leaves its contract as it is, and keeps nobody else's from being renewed; a look
        in which that happened counts as failed, once.
        """
        unread: dict[str, str] = {}
        fresh = tuple(self._renewed(frozen, registry, unread) for frozen in self._contracts)
        if fresh != self._contracts:
            self._swap(fresh)
        if unread:
            self._reloads.failed += 1
            first = next(iter(unread.values()))
            self._log.warning("registry not read", subjects=sorted(unread)[:SHOWN_MAX], of=len(unread), why=first)

    def _swap(self, fresh: tuple[Frozen, ...]) -> None:
        self._judge.swap(fresh)
        for old, new in zip(self._contracts, fresh, strict=True):
            if old != new:
                self._log.info("contract swapped", subject=new.subject, was=old.version, now=new.version)
                self._reloads.swapped += 1
        self._contracts = fresh

    def _renewed(self, frozen: Frozen, registry: Subjects, unread: dict[str, str]) -> Frozen:
        if frozen.pinned or self._stopping.is_set():
            return frozen
        try:
            return self._newest(frozen, registry)
        except Fault as fault:
            unread[frozen.subject] = str(fault)
        except Exception as defect:  # noqa: BLE001 - ours, on one subject: the others are renewed all the same
            unread[frozen.subject] = f"{type(defect).__name__}: {defect}"
        return frozen

    def _newest(self, frozen: Frozen, registry: Subjects) -> Frozen:
        latest = registry.latest(frozen.subject)
        if latest is None or (latest.version, latest.schema.text) == (frozen.version, frozen.text):
            return frozen
        fresh = msgspec.structs.replace(frozen, version=latest.version, schema_id=latest.id, text=latest.schema.text)
        reason = unfit(latest) or _why_not(frozen, fresh)
        if not reason:
            return fresh
        if (frozen.subject, latest.version) not in self._refused:
            self._refused.add((frozen.subject, latest.version))
            self._reloads.refused += 1
            self._log.error("contract refused", subject=frozen.subject, version=latest.version, why=reason)
        return frozen

    def _run(self) -> None:
        while not self._stopping.wait(self._reloading.seconds):
            try:
                with self._reloading.client() as registry:
                    self.look(registry)
            except Fault as fault:
                self._reloads.failed += 1
                self._log.warning("registry not read", why=str(fault))
            except Exception as defect:  # noqa: BLE001 - a thread that dies in silence would end all reloads
                self._reloads.failed += 1
                self._log.error("reload failed", why=f"{type(defect).__name__}: {defect}")


def _why_not(old: Frozen, new: Frozen) -> str:
    try:
        was, now = route_of(compile_gate(old)), route_of(compile_gate(new))
    except NotAContract as why:
        return str(why)
    if _shape(was) != _shape(now):
        return "it moves topics or asks the job for other columns; submit the job again with --upgrade"
    return ""


def _shape(route: Route) -> tuple[object, ...]:
    return (
        route.contract.id,
        route.raw,
        route.validated,
        route.dead_letter,
        route.needs_schema_id,
        route.needs_key,
        route.judges_producers,
        route.producer_header,
    )
