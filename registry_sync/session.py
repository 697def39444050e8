"""One plan from beginning to end: settings, contracts, desired state, observed state, plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connections.registry import Registry
from connections.sources import Sources, load
from registry_sync.broker import Broker, KafkaBroker
from registry_sync.comparison import reasons_in_words
from registry_sync.desired import desire
from registry_sync.observe import observe
from registry_sync.plan import Plan, plan
from registry_sync.request import Request
from registry_sync.settings import SyncSettings
from sluice.contract.model import Contract
from sluice.terminal import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The two systems, and the settings that led to them."""

    settings: SyncSettings
    registry: Registry
    broker: Broker

    def plan(self, contracts: tuple[Contract, ...], request: Request) -> Plan:
        """Observe the world and plan; changes nothing."""
        desired = desire(contracts, self.settings, acls=request.acls, whole=request.prune)
        observed = observe(desired, self.registry, self.broker, bootstrap=self.settings.kafka.bootstrap)
        limit = self.settings.sync.delete_limit_percent
        return plan(desired, observed, compare=reasons_in_words, delete_limit_percent=limit)


def settings_of(request: Request) -> SyncSettings:
    """The settings of the environment that was asked for; Fault where they do not say whose estate to prune."""
    flags = {"registry.url": request.registry_url, "kafka.bootstrap": request.bootstrap}
    file = Path(request.config) if request.config else None
    settings = load(SyncSettings, Sources(flags=flags, env=request.env, file=file))
    if request.prune and "estate" not in settings.sync.model_fields_set:
        raise Fault(
            "--prune deletes what no given contract of the estate wants, and every repository that names none shares "
            f"the estate '{settings.sync.estate}'; name yours as sync.estate in sluice.toml, or leave --prune away"
        )
    return settings


@contextmanager
def session(request: Request) -> Iterator[Session]:
    """Connect as the request says; the registry's connections are closed on leaving."""
    settings = settings_of(request)
    with Registry(settings.registry) as registry:
        yield Session(settings=settings, registry=registry, broker=KafkaBroker(settings.kafka))
