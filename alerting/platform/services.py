"""Whether the registry and the broker answer, and whether the scheduled job ran when it should have."""

from datetime import datetime, timedelta
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from alerting.platform.finding import Look
from alerting.store.outbox import Stock
from connections.kafka import client
from connections.registry import Registry
from connections.registry_faults import (
    RegistryDown,
    RegistryFailed,
    RegistryFault,
    RegistryNonsense,
    RegistrySlow,
    RegistryUnauthorised,
)
from connections.settings import Kafka
from connections.settings import Registry as RegistrySettings
from sluice.terminal import Fault

WAITS: Final = timedelta(minutes=10)
LATE: Final = 1.5  # times the interval: a run that takes a while is not a run that did not happen
_REGISTRY: Final = {
    RegistryDown: "nobody answers at its address",
    RegistrySlow: "it does not answer in time",
    RegistryUnauthorised: "it refuses our login",
    RegistryNonsense: "something else answers at its address",
    RegistryFailed: "it fails inside",
}


def look_at_registry(settings: RegistrySettings) -> Look:
    """Ask for the global compatibility level: the smallest question."""
    expected = "the schema registry answers"
    try:
        with Registry(settings) as registry:
            registry.level()
    except RegistryFault as fault:
        reason = _REGISTRY.get(type(fault), "it does not answer as it should")
        return Look(check="registry", expected=expected, ok=False, reason=f"the registry: {reason}")
    except Fault:
        return Look(check="registry", expected=expected, ok=False, reason="its certificates cannot be used")
    return Look(check="registry", expected=expected, ok=True)


class BrokerWatcher:
    """One admin client, kept: a new one for every look would leak its threads until it is collected."""

    def __init__(self, settings: Kafka) -> None:
        self._settings = settings
        self._client: AdminClient | None = None

    def look(self) -> Look:
        """Ask for the cluster's metadata."""
        expected = "the Kafka cluster answers"
        try:
            self._client = self._client or client(AdminClient, self._settings)
            known = self._client.list_topics(timeout=min(self._settings.timeout_seconds, 10))
        except KafkaException:
            reason = "Kafka: no broker answers, or it refuses our login"
            return Look(check="broker", expected=expected, ok=False, reason=reason)
        except Fault:
            return Look(check="broker", expected=expected, ok=False, reason="Kafka: the settings cannot be used")
        return Look(check="broker", expected=expected, ok=True, observed=len(known.brokers), unit="brokers")


def look_at_channel(name: str, stock: Stock, now: datetime) -> Look:
    """Whether a channel takes its letters: who hears it hears it by another one."""
    waits = stock.oldest is not None and now - stock.oldest > WAITS
    lost = stock.last in ("refused", "given-up")
    return Look(
        check="channel",
        expected=f"the channel takes its letters within {WAITS.seconds // 60} minutes",
        ok=not (waits or lost),
        reason="it refused the last letter, or it was given up" if lost else "letters wait for it" if waits else "",
        segment=(("channel", name),),
        observed=stock.waiting,
        unit="letters waiting",
    )


def look_at_run(last: datetime | None, every: timedelta, now: datetime) -> Look:
    """Whether the last run that handed its findings over is younger than one and a half intervals."""
    expected = f"`sluice sla run` hands over every {every}"
    if last is None:
        return Look(check="sla-run", expected=expected, ok=None, reason="no run has handed over yet")
    age = now - last
    return Look(
        check="sla-run",
        expected=expected,
        ok=age <= every * LATE,
        reason="" if age <= every * LATE else f"the last run handed over at {last:%Y-%m-%d %H:%M} UTC",
        observed=round(age.total_seconds()),
        unit="seconds ago",
        since=None if age <= every * LATE else last + every,
    )
