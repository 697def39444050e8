"""The delivery loop: letters leave as they are due, the platform is looked at, and Alertmanager is told again."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final

from sqlalchemy import Connection
from structlog.typing import FilteringBoundLogger

from alerting.channels.alertmanager.section import Alertmanager
from alerting.channels.outcome import Channel, Sent
from alerting.deliver import SLA_RUN, clock, open_channels
from alerting.platform.finding import Look, finding_of
from alerting.platform.flink import FlinkWatcher
from alerting.platform.gone import gone
from alerting.platform.services import BrokerWatcher, look_at_channel, look_at_registry, look_at_run
from alerting.post import Postman
from alerting.record import Desk, Moment
from alerting.settings import AlertSettings
from alerting.store import incidents, mutes, outbox
from alerting.store.database import Database
from sluice.contract.model import Contract
from sluice.finding.run import Run
from sluice.terminal import Fault

TICK_SECONDS: Final = 1.0
FORGET_EVERY: Final = timedelta(hours=1)

Contracts = Callable[[], Mapping[str, Contract]]
NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Pulse:
    """When the loop last went round without a fault: what /health tells."""

    at: datetime = NEVER


class Server:
    """One process of ``sluice alerts serve``; several may run beside one another on one database."""

    def __init__(
        self, settings: AlertSettings, contracts: Contracts, database: Database, log: FilteringBoundLogger
    ) -> None:
        self.pulse = Pulse()
        self._settings = settings
        self._contracts = contracts
        self._database = database
        self._log = log
        self._flink = FlinkWatcher(settings.alerting.flink_url) if settings.alerting.flink_url else None
        self._broker = BrokerWatcher(settings.kafka)
        self._last = dict.fromkeys(("watch", "refresh", "forget"), NEVER)

    def run(self, stop: Event) -> None:
        """Go round until told to stop; a fault of the database is logged, and the next round tries again."""
        with ExitStack() as opened:
            channels = open_channels(self._settings, opened)
            postman = Postman(self._database, channels, clock, self._log)
            while not stop.is_set():
                try:
                    self._round(postman, channels, clock())
                    self.pulse.at = clock()
                except Fault as fault:
                    self._log.warning("round failed", why=str(fault))
                stop.wait(TICK_SECONDS)

    def _round(self, postman: Postman, channels: Mapping[str, Channel], now: datetime) -> None:
        alerting = self._settings.alerting
        if self._due("watch", now, timedelta(seconds=alerting.watch_seconds)):
            self.watch(now)
        postman.round()
        if self._due("refresh", now, timedelta(seconds=alerting.refresh_seconds)):
            self.refresh(channels, now)
        if self._due("forget", now, FORGET_EVERY):
            self.forget(now - timedelta(days=alerting.keep_days))

    def watch(self, now: datetime) -> None:
        """Look at the platform, and settle what was seen."""
        with self._database.transaction() as connection:
            last = incidents.last_run(connection, SLA_RUN)
            letters = outbox.stock(connection)
        looks: list[Look] = [
            look_at_run(last, self._settings.alerting.run_every, now),
            look_at_registry(self._settings.registry),
            self._broker.look(),
            *(self._flink.look(now) if self._flink else ()),
            *(
                look_at_channel(name, letters[name], now)
                for name in self._settings.alerting.channels
                if name in letters
            ),
        ]
        seen = Run(findings=tuple(finding_of(look, now) for look in looks))
        with self._database.alone() as connection:
            channels = self._settings.alerting.channels
            absent = gone(looks, flink=self._flink is not None, channels=channels, now=now)
            recorded = self._desk(connection, now).record(seen, absent)
        if recorded.opened or recorded.resolved:
            self._log.info("platform", opened=recorded.opened, resolved=recorded.resolved)

    def refresh(self, channels: Mapping[str, Channel], now: datetime) -> None:
        """Tell each Alertmanager what is open: it forgets what is not told again."""
        for name, section in self._settings.alerting.channels.items():
            if not isinstance(section, Alertmanager):
                continue
            with self._database.transaction() as connection:
                notices = tuple(self._desk(connection, now).standing(name))
            for notice in notices:
                outcome = channels[name].send(notice, "", {})
                if not isinstance(outcome, Sent):
                    self._log.warning("refresh", channel=name, contract=notice.contract, why=outcome.why)

    def forget(self, before: datetime) -> None:
        """Drop what has ended before then."""
        with self._database.alone() as connection:
            for store in (incidents, outbox, mutes):
                store.forget(connection, before)

    def _desk(self, connection: Connection, now: datetime) -> Desk:
        return Desk(
            connection=connection,
            contracts=self._contracts(),
            alerting=self._settings.alerting,
            moment=Moment(now=now, at=now),
        )

    def _due(self, name: str, now: datetime, every: timedelta) -> bool:
        if not is_due(self._last[name], now, every):
            return False
        self._last[name] = now
        return True


def is_due(last: datetime, now: datetime, every: timedelta) -> bool:
    """Whether it is time again; also where the clock was put back: who waits for its old time may wait for days."""
    return now < last or now - last >= every
