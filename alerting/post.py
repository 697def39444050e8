"""Letters from the outbox to their channels: leased, sent, and recorded only after the receiver has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from structlog.typing import FilteringBoundLogger

from alerting.channels.outcome import Channel, Later, Outcome, Refused, Sent
from alerting.store import incidents, outbox
from alerting.store.database import Database
from alerting.store.outbox import Ended, Letter
from sluice.incident.notice import Notice
from sluice.terminal import Fault

LEASE_SECONDS: Final = 300.0  # longer than a channel may take for one notice, or it would be sent twice
LETTERS_MAX: Final = 1000

Clock = Callable[[], datetime]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What became of the letters of one round."""

    sent: int = 0
    later: int = 0
    lost: int = 0
    nothing: int = 0


class Postman:
    """Delivers for one process; two postmen never hold one letter at a time.

    At least once: a process that dies between sending and recording leaves a lease that ends, and the letter is sent
    again with the same key.
    """

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], clock: Clock, log: FilteringBoundLogger
    ) -> None:
        self._database = database
        self._channels = channels
        self._clock = clock
        self._log = log
        self._who = uuid4().hex

    def round(self) -> Tally:
        """Send what is due, at most ``LETTERS_MAX`` letters."""
        tally = Tally()
        for _ in range(LETTERS_MAX):
            with self._database.transaction() as connection:
                letter = outbox.lease(connection, self._who, self._clock(), LEASE_SECONDS)
            if letter is None:
                break
            self._deliver(letter, tally)
        return tally

    def _deliver(self, letter: Letter, tally: Tally) -> None:
        channel = self._channels.get(letter.destination.channel)
        if letter.notice is None or channel is None:
            why = "another version wrote it" if channel else "the channel is not set up any more"
            self._record(letter, Ended(outcome="refused", why=why), tally)
            return
        try:
            outcome = self._send(channel, letter.notice, letter)
        except Fault:
            raise  # our own database; a channel answers by its outcome
        except Exception as error:  # noqa: BLE001 - whatever a channel's library raises, the others are not to suffer
            outcome = Later(why=f"the channel failed by {type(error).__name__}")
        match outcome:
            case Sent():
                self._sent(letter, letter.notice, outcome, tally)
            case Refused(why=why):
                self._record(letter, Ended(outcome="refused", why=why), tally)
            case Later(why=why, seconds=asked):
                if letter.attempts >= channel.retry.attempts:
                    self._record(letter, Ended(outcome="given-up", why=f"after {letter.attempts} tries: {why}"), tally)
                    return
                due = self._clock() + timedelta(seconds=channel.retry.wait(letter.attempts, asked))
                with self._database.transaction() as connection:
                    outbox.put_back(connection, letter, self._who, due, why)
                tally.later += 1
                self._tell(letter, "later", why)

    def _send(self, channel: Channel, notice: Notice, letter: Letter) -> Outcome:
        with self._database.transaction() as connection:
            reference = outbox.conversation(connection, notice.thread, letter.destination)
        if reference is None:
            if _is_news_to_nobody(notice):
                return Sent(nothing=True)
            notice = replace(notice, quiet=False)  # whoever was never told is told now
        return channel.send(notice, letter.destination.target, reference)

    def _sent(self, letter: Letter, notice: Notice, sent: Sent, tally: Tally) -> None:
        now = self._clock()
        with self._database.transaction() as connection:
            if not outbox.end(connection, letter, self._who, Ended(outcome="nothing" if sent.nothing else "sent"), now):
                return
            if not sent.nothing:
                outbox.converse(connection, notice.thread, letter.destination, sent.reference, now)
                openings = [(line.digest, line.opened_at) for line in notice.lines]
                incidents.notified(connection, notice.thread, openings, now)
        tally.nothing += sent.nothing
        tally.sent += not sent.nothing
        self._tell(letter, "nothing" if sent.nothing else "sent", "")

    def _record(self, letter: Letter, ended: Ended, tally: Tally) -> None:
        with self._database.transaction() as connection:
            outbox.end(connection, letter, self._who, ended, self._clock())
        tally.lost += 1
        self._tell(letter, ended.outcome, ended.why)

    def _tell(self, letter: Letter, outcome: str, why: str) -> None:
        say = self._log.info if outcome in ("sent", "nothing") else self._log.warning
        say(
            "letter",
            outcome=outcome,
            why=why,
            channel=letter.destination.channel,
            contract=letter.notice.contract if letter.notice else None,
            letter=letter.id,
            attempt=letter.attempts,
        )


def _is_news_to_nobody(notice: Notice) -> bool:
    """The end of what was never told there; what came and went within one run is told."""
    return notice.over and not any(line.opened_at == notice.at for line in notice.lines)
