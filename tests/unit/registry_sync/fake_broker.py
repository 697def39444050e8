"""A broker in memory: topics, their settings, access rules; refuses what Kafka refuses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from registry_sync.state import Access, Config, TopicState
from sluice.terminal import Fault

DEFAULTS = {
    "cleanup.policy": "delete",
    "compression.type": "producer",
    "max.message.bytes": "1048588",
    "message.timestamp.before.max.ms": "9223372036854775807",
    "message.timestamp.type": "CreateTime",
    "min.insync.replicas": "1",
    "retention.ms": "604800000",
    "segment.bytes": "1073741824",
}


@dataclass
class FakeBroker:
    """``fails_at``: that write and all later ones raise, as a broker that has gone."""

    name: str = "fake-cluster"
    states: dict[str, TopicState] = field(default_factory=dict)
    rules: set[Access] = field(default_factory=set)
    authorizer: bool = True
    writes: int = 0
    fails_at: int | None = None

    def cluster(self) -> str:
        return self.name

    def topics(self, names: Iterable[str]) -> Mapping[str, TopicState]:
        return {name: self.states[name] for name in names if name in self.states}

    def access(self) -> frozenset[Access]:
        if not self.authorizer:
            raise Fault("no authorizer")
        return frozenset(self.rules)

    def create(self, name: str, partitions: int, replication: int, config: Config) -> None:
        self._write()
        if name not in self.states:
            self.states[name] = TopicState(
                name=name, partitions=partitions, replication=replication, config={**DEFAULTS, **dict(config)}
            )

    def grow(self, name: str, partitions: int) -> None:
        self._write()
        state = self.states[name]
        if partitions <= state.partitions:
            raise Fault(f"Topic currently has {state.partitions} partitions, which is higher than the requested")
        self._replace(state, partitions=partitions)

    def configure(self, name: str, config: Config) -> None:
        self._write()
        self._replace(self.states[name], config={**self.states[name].config, **dict(config)})

    def grant(self, access: Access) -> None:
        self._write()
        self.rules.add(access)

    def revoke(self, access: Access) -> None:
        self._write()
        self.rules.discard(access)

    def _replace(
        self, state: TopicState, *, partitions: int | None = None, config: Mapping[str, str] | None = None
    ) -> None:
        self.states[state.name] = TopicState(
            name=state.name,
            partitions=partitions or state.partitions,
            replication=state.replication,
            config=config or state.config,
        )

    def _write(self) -> None:
        self.writes += 1
        if self.fails_at is not None and self.writes >= self.fails_at:
            raise Fault("the broker has gone")
