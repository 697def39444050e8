"""One-shot delivery: a run's findings become incidents, and whoever is concerned is told, before this returns."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

import structlog
from structlog.typing import FilteringBoundLogger

from alerting.channels.outcome import Channel
from alerting.channels.table import channel_of
from alerting.post import Postman, Tally
from alerting.record import Desk, Moment, Recorded
from alerting.settings import AlertSettings
from alerting.store import incidents, outbox
from alerting.store.database import Database
from connections.logs import configure
from sluice.contract.model import Contract
from sluice.finding.run import Run
from sluice.incident.retire import unspoken

SLA_RUN: Final = "sla-run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a delivery came to: incidents, letters, and what nobody here can reach.

    ``waiting`` letters are tried again by the next delivery or by ``sluice alerts serve``; ``lost`` ones never.
    """

    opened: int
    repeated: int
    resolved: int
    muted: int
    enqueued: int
    sent: int
    waiting: int
    lost: int
    unrouted: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return asdict(self)


def deliver(run: Run, contracts: Mapping[str, Contract], settings: AlertSettings, now: datetime) -> Delivered:
    """Tell what a run found and what it did.

    ``contracts`` by id are those of the findings, and all that there are where the run reaches that far; ``now`` is
    the run's own time (UTC; its as-of). The same run delivered twice tells nothing twice. A receiver that is down
    costs nothing but ``alerting.patience_seconds``: its letters wait. Raises Fault where the database does not answer.
    """
    alerting = settings.alerting
    with Database(alerting.database, alerting.password) as database:
        with database.alone() as connection:
            moment = Moment(now=now, at=clock())
            desk = Desk(connection=connection, contracts=contracts, alerting=alerting, moment=moment)
            recorded = desk.record(run, unspoken(run, contracts, now))
            if run.findings:  # what a person does to a period is handed over without any
                incidents.ran(connection, SLA_RUN, clock())
        tally = post(settings, database, logger())
        with database.transaction() as connection:
            waiting = sum(stock.waiting for stock in outbox.stock(connection).values())
    return _delivered(recorded, tally, waiting)


def post(settings: AlertSettings, database: Database, log: FilteringBoundLogger) -> Tally:
    """Send what is due, and what comes due within the patience that the settings grant."""
    with ExitStack() as opened:
        postman = Postman(database, open_channels(settings, opened), clock, log)
        return patiently(postman.round, lambda: _due(database), settings.alerting.patience_seconds)


def logger() -> FilteringBoundLogger:
    """That of the process; one of our own where it has none: the default would write into the output for machines."""
    if structlog.is_configured():
        return cast("FilteringBoundLogger", structlog.get_logger())
    return configure("sluice-alerts")


def open_channels(settings: AlertSettings, opened: ExitStack) -> dict[str, Channel]:
    """The channels by name, closed with the stack."""
    channels = {name: channel_of(section) for name, section in settings.alerting.channels.items()}
    for channel in channels.values():
        opened.callback(channel.close)
    return channels


def patiently(
    round_: Callable[[], Tally],
    due: Callable[[], datetime | None],
    patience_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> Tally:
    """Rounds until nothing is due within the patience that is left; the sum of them."""
    end = time.monotonic() + patience_seconds
    total = round_()
    while (at := due()) is not None:
        wait = (at - clock()).total_seconds()
        if time.monotonic() + max(wait, 0) > end:
            break
        sleep(max(wait, 0.05))
        again = round_()
        total = Tally(
            sent=total.sent + again.sent,
            later=total.later + again.later,
            lost=total.lost + again.lost,
            nothing=total.nothing + again.nothing,
        )
    return total


def _due(database: Database) -> datetime | None:
    with database.transaction() as connection:
        return outbox.next_due(connection)


def clock() -> datetime:
    """The clock of this machine, in UTC."""
    return datetime.now(UTC)


def _delivered(recorded: Recorded, tally: Tally, waiting: int) -> Delivered:
    return Delivered(
        opened=recorded.opened,
        repeated=recorded.repeated,
        resolved=recorded.resolved,
        muted=recorded.muted,
        enqueued=recorded.enqueued,
        sent=tally.sent,
        waiting=waiting,
        lost=tally.lost,
        unrouted=recorded.unrouted,
    )
