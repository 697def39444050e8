"""Carrying out a plan: one change at a time, each written, read back and compared before the next."""

import time
from collections.abc import Callable, Iterator
from typing import Final, assert_never

from connections.registry import Registry, Schema, SchemaVersion
from connections.registry_faults import RegistryReadOnly
from registry_sync.broker import Broker
from registry_sync.change import (
    Change,
    ConfigureTopic,
    CreateTopic,
    DeleteSubject,
    Grant,
    GrowTopic,
    Register,
    Restart,
    Revoke,
    SetLevel,
)
from registry_sync.equal import equal
from registry_sync.plan import Plan
from registry_sync.read_back import difference
from registry_sync.state import Access, Config
from sluice.contract.stream import Compatibility
from sluice.terminal import Fault

ATTEMPTS: Final = 40  # brokers tell of a change when it has reached them: ten seconds at most
PAUSE_SECONDS: Final = 0.25
REGISTRY_CHANGES: Final = (SetLevel, Register, Restart, DeleteSubject)


class Apply:
    """Applies changes; ``sleep`` is the clock's, for tests. What is done stays done when a later change fails."""

    def __init__(self, registry: Registry, broker: Broker, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._registry = registry
        self._broker = broker
        self._sleep = sleep

    def run(self, plan: Plan) -> Iterator[Change]:
        """Apply the plan's changes in their order and yield each that is done and read back.

        Raises Fault at the first that fails or reads back otherwise; the next plan holds what is left. A registry that
        says of itself that it takes no writes is told before anything is written anywhere.
        """
        if any(isinstance(change, REGISTRY_CHANGES) for change in plan.changes) and self._registry.read_only():
            raise RegistryReadOnly(self._registry.url, "this plan before anything was changed")
        for change in plan.changes:
            self.do(change)
            yield change

    def do(self, change: Change) -> None:
        """Apply one change. Every change may be applied twice; one that would cover another's work stops."""
        match change:
            case CreateTopic():
                self._broker.create(change.name, change.partitions, change.replication, change.config)
                self._topic_reads_back(change.name, change.partitions, change.config)
            case GrowTopic():
                self._broker.grow(change.name, change.after)
                self._topic_reads_back(change.name, change.after, ())
            case ConfigureTopic():
                config = tuple((key, after) for key, _, after in change.settings)
                self._broker.configure(change.name, config)
                self._topic_reads_back(change.name, 0, config)
            case SetLevel():
                self._set_level(change.name, change.after)
            case Register():
                self._register(change)
            case Restart():
                self._unmoved(change.name, change.latest_version)
                self._delete(change.name)
            case DeleteSubject():
                self._delete(change.name)
            case Grant():
                self._broker.grant(change.access)
                self._access_reads_back(change.access, there=True)
            case Revoke():
                self._broker.revoke(change.access)
                self._access_reads_back(change.access, there=False)
            case _:
                assert_never(change)

    def _register(self, change: Register) -> None:
        """The level first: under the old one the schema might be refused, or a worse one be taken."""
        self._unmoved(change.name, change.after_version, change.schema)
        self._set_level(change.name, change.level)
        if change.revert_of is not None:
            self._registry.delete_version(change.name, change.revert_of)
        schema_id = self._registry.register(change.name, change.schema)
        kept = self._registry.latest(change.name)
        self._expect(kept is not None, f"{change.name} is registered", "does not know it")
        if kept is not None:
            self._same(change, kept, schema_id)

    def _delete(self, subject: str) -> None:
        self._registry.delete(subject)
        self._expect(subject not in self._registry.subjects(), f"{subject} is deleted", "still lists it")

    def _unmoved(self, subject: str, planned: int, written: Schema | None = None) -> None:
        """The latest version is the one that the plan was made on, or ours already: nobody's work is covered unseen."""
        latest = self._registry.latest(subject)
        if latest is None or latest.version == planned or (written is not None and equal(latest.schema, written)):
            return
        raise Fault(
            f"{subject} has version {latest.version} now, and had {f'version {planned}' if planned else 'none'} "
            "when the plan was made: somebody else writes there; plan again"
        )

    def _same(self, change: Register, kept: SchemaVersion, schema_id: int) -> None:
        if kept.id != schema_id:
            raise Fault(
                f"the registry at {self._registry.url} took the schema of {change.name} as id {schema_id}, and its "
                f"latest version is {kept.version} with id {kept.id}: somebody else writes there; plan again"
            )
        if not equal(kept.schema, change.schema):
            raise Fault(
                f"the registry at {self._registry.url} keeps something else for {change.name} than was sent: "
                f"{difference(change.schema, kept.schema)}; contracts cannot be enforced from such a registry"
            )

    def _set_level(self, subject: str, level: Compatibility) -> None:
        self._registry.set_level(subject, level)
        told = self._registry.level(subject)
        self._expect(
            told is level, f"the level of {subject} is {level}", f"says {told}" if told else "says nothing of it"
        )

    def _topic_reads_back(self, name: str, partitions: int, config: Config) -> None:
        def there() -> bool:
            state = self._broker.topics((name,)).get(name)
            return (
                state is not None
                and state.partitions >= partitions
                and all(state.config.get(key) == value for key, value in config)
            )

        self._eventually(there, f"topic {name} does not read back as it was written")

    def _access_reads_back(self, access: Access, *, there: bool) -> None:
        self._eventually(
            lambda: (access in self._broker.access()) is there,
            f"the rule '{access}' was {'granted' if there else 'taken back'} and does not read back so",
        )

    def _eventually(self, holds: Callable[[], bool], sentence: str) -> None:
        for _ in range(ATTEMPTS):
            if holds():
                return
            self._sleep(PAUSE_SECONDS)
        raise Fault(f"{sentence} after {ATTEMPTS * PAUSE_SECONDS:g} s; run the plan again to see what is left")

    def _expect(self, holds: bool, written: str, told: str) -> None:  # noqa: FBT001 - the assertion itself
        if not holds:
            raise Fault(f"the registry at {self._registry.url} was told that {written}, accepted it, and {told}")
