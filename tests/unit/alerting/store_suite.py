"""What the store promises, asked of any database: run on SQLite, and on the real Postgres."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
import structlog
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pydantic import SecretStr

from alerting.channels.outcome import Later, Outcome, Reference, Refused, Retry, Sent
from alerting.measured import promises
from alerting.post import LEASE_SECONDS, Postman
from alerting.record import Desk, Moment, Recorded
from alerting.settings import Alerting
from alerting.store import incidents, mutes, outbox
from alerting.store.database import Database
from alerting.store.tables import METADATA
from sluice.contract.model import SupportChannel
from sluice.finding.model import Finding, OnBreach
from sluice.finding.model import Outcome as Ended
from sluice.finding.run import Reach, Run
from sluice.incident.compose import LINES_MAX
from sluice.incident.mute import Mute
from sluice.incident.notice import Notice
from sluice.incident.retire import unspoken
from sluice.incident.route import Destination
from sluice.incident.screen import placed
from tests.unit.alerting.notices import FLIGHTS, breach, opened, quiet, resolved, tails
from tests.unit.incident.findings import NOW

OpenDatabase = Callable[[], Database]
HOOK = Destination(channel="hook")
ALERTING = Alerting.model_validate(
    {"channels": {"hook": {"type": "webhook", "url": "http://127.0.0.1:1", "everything": True}}}
)


@dataclass
class Recorder:
    """A channel that remembers; ``outcomes`` are given in turn, then it takes everything."""

    outcomes: list[Outcome] = field(default_factory=list)
    sent: list[tuple[Notice, Reference | None]] = field(default_factory=list)
    retry: Retry = field(default_factory=Retry)
    meanwhile: Callable[[], object] = lambda: None

    def send(self, notice: Notice, target: str, reference: Reference | None) -> Outcome:
        del target
        self.meanwhile()
        self.sent.append((notice, reference))
        return self.outcomes.pop(0) if self.outcomes else Sent(reference={"ts": str(len(self.sent))})

    def close(self) -> None:
        pass


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def postman(database: Database, channel: Recorder, clock: Clock) -> Postman:
    return Postman(database, {"hook": channel}, clock, structlog.get_logger())


def put(database: Database, *notices: Notice) -> None:
    with database.transaction() as connection:
        for notice in notices:
            assert outbox.enqueue(connection, notice, HOOK, NOW)


def record(database: Database, *findings: Finding, now: datetime = NOW, alerting: Alerting = ALERTING) -> Recorded:
    with database.alone() as connection:
        desk = Desk(
            connection=connection, contracts={"flights": FLIGHTS}, alerting=alerting, moment=Moment(now=now, at=now)
        )
        return desk.record(Run(findings=findings))


def outcomes(database: Database) -> dict[str, int]:
    with database.transaction() as connection:
        stock = outbox.stock(connection)
    return dict(stock["hook"].ended) if stock else {}


class StoreSuite:
    def test_the_migrations_make_the_tables(self, database: OpenDatabase) -> None:
        with database() as opened_now, opened_now.transaction() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, METADATA)
        assert [one for one in differences if "alert_version" not in str(one)] == []

    def test_two_processes_may_open_a_new_database_at_once(self, database: OpenDatabase) -> None:
        with ThreadPoolExecutor(4) as pool:
            for one in [pool.submit(database) for _ in range(4)]:
                one.result().__exit__(None, None, None)

    def test_what_was_told_comes_back_as_it_was(self, database: OpenDatabase) -> None:
        with database() as store:
            record(store, breach(8), breach(9), tails())
            with store.transaction() as connection:
                told = incidents.load(connection, ["flights"])
                (held,) = (one for one in told if one.held)
                assert incidents.by_id(connection, held.key.id) == (held,)
                assert incidents.load(connection, ["others"]) == ()
            assert held.held == ("2013-02-08", "2013-02-09")
            assert held.last == breach(9)
            assert held.opened_at == NOW

    def test_two_processes_know_a_masked_segment_by_one_mark_and_another_installation_by_another(
        self, database: OpenDatabase
    ) -> None:
        def mark(store: Database, alerting: Alerting = ALERTING) -> str:
            with store.alone() as connection:
                moment = Moment(now=NOW, at=NOW)
                desk = Desk(connection=connection, contracts={"flights": FLIGHTS}, alerting=alerting, moment=moment)
                return placed(tails(), FLIGHTS, desk.around.mark_key)[1]

        with database() as store, database() as another:
            assert mark(store) == mark(another)
            assert mark(store) != mark(store, Alerting(mark_key=SecretStr("sixteen letters!")))

    def test_a_run_that_is_handed_over_twice_tells_nothing_twice(self, database: OpenDatabase) -> None:
        month = [breach(day, outcome=Ended.BREACHED if day in (8, 9) else Ended.HOLDS) for day in range(1, 29)]
        with database() as store:
            first = record(store, *month)
            assert (first.opened, first.repeated, first.resolved, first.enqueued) == (1, 0, 0, 1)
            assert record(store, *month) == Recorded()
            assert record(store, *month, now=NOW + timedelta(days=3)) == Recorded()

    def test_the_same_run_handed_over_at_once_tells_once(self, database: OpenDatabase) -> None:
        at_once = Barrier(4)

        def one(store: Database) -> Recorded:
            at_once.wait()
            return record(store, breach(8), tails())

        with database() as store, ThreadPoolExecutor(4) as pool:
            done = [each.result() for each in [pool.submit(one, store) for _ in range(4)]]
        assert sum(each.opened for each in done) == 2
        assert sum(each.enqueued for each in done) == 1

    def test_a_letter_is_put_in_once(self, database: OpenDatabase) -> None:
        with database() as store:
            put(store, opened())
            with store.transaction() as connection:
                assert not outbox.enqueue(connection, opened(), HOOK, NOW)
                assert outbox.enqueue(connection, opened(), Destination(channel="hook", target="#else"), NOW)

    def test_a_letter_that_waits_behind_another_is_due_no_sooner(self, database: OpenDatabase) -> None:
        with database() as store:
            put(store, opened(), quiet())
            postman(store, Recorder(outcomes=[Later(why="busy", seconds=600)]), Clock()).round()
            with store.transaction() as connection:
                assert outbox.next_due(connection) == NOW + timedelta(seconds=600)

    def test_it_is_recorded_only_after_success(self, database: OpenDatabase) -> None:
        clock, channel = Clock(), Recorder()
        with database() as store:
            put(store, opened())
            channel.meanwhile = lambda: pytest.fail("recorded before it was sent") if outcomes(store) else None
            assert postman(store, channel, clock).round().sent == 1
            assert outcomes(store) == {"sent": 1}
            assert postman(store, channel, clock).round().sent == 0

    def test_a_kill_between_sending_and_recording_sends_again_with_the_same_key(self, database: OpenDatabase) -> None:
        class Killed(BaseException):
            pass

        def die() -> None:
            dying.sent.append((opened(), None))
            raise Killed

        clock, dying, channel = Clock(), Recorder(meanwhile=die), Recorder()
        with database() as store:
            put(store, opened())
            with pytest.raises(Killed):
                postman(store, dying, clock).round()
            assert postman(store, channel, clock).round().sent == 0, "its lease has not ended"
            clock.forward(LEASE_SECONDS + 1)
            assert postman(store, channel, clock).round().sent == 1
        assert [notice.key for notice, _ in channel.sent] == [notice.key for notice, _ in dying.sent]

    def test_a_postman_whose_lease_has_passed_records_nothing(self, database: OpenDatabase) -> None:
        clock, other = Clock(), Recorder()
        with database() as store:
            put(store, opened())

            def slow() -> None:
                clock.forward(LEASE_SECONDS + 1)
                assert postman(store, other, clock).round().sent == 1

            assert postman(store, Recorder(meanwhile=slow), clock).round().sent == 0
            assert outcomes(store) == {"sent": 1}

    def test_two_postmen_at_once_send_each_letter_once(self, database: OpenDatabase) -> None:
        letters = [replace(opened(), key=f"{number:064}", thread=f"thread-{number}") for number in range(30)]
        channel, clock, at_once = Recorder(), Clock(), Barrier(3)
        with database() as store, database() as another:
            put(store, *letters)

            def work(mine: Database) -> int:
                at_once.wait()
                return postman(mine, channel, clock).round().sent

            with ThreadPoolExecutor(3) as pool:
                sent = [each.result() for each in [pool.submit(work, mine) for mine in (store, another, store)]]
        assert sum(sent) == 30
        assert sorted(notice.key for notice, _ in channel.sent) == [letter.key for letter in letters]

    def test_a_conversation_leaves_in_order_and_another_does_not_wait(self, database: OpenDatabase) -> None:
        clock, channel = Clock(), Recorder(outcomes=[Later(why="it answered 503", seconds=60)])
        second = replace(opened(), key="2" * 64)
        elsewhere = replace(opened(), key="3" * 64, thread="another")
        with database() as store:
            put(store, opened(), second, elsewhere)
            mine = postman(store, channel, clock)
            assert (mine.round().sent, [notice.key[0] for notice, _ in channel.sent][1:]) == (1, ["3"])
            clock.forward(59)
            assert mine.round().sent == 0
            clock.forward(2)
            assert mine.round().sent == 2
            assert [notice.key for notice, _ in channel.sent][2:] == [opened().key, second.key]
            assert [reference for _, reference in channel.sent][2:] == [None, {"ts": "3"}]

    def test_it_is_given_up_after_so_many_tries(self, database: OpenDatabase) -> None:
        clock = Clock()
        channel = Recorder(outcomes=[Later(why="it answered 500")] * 5, retry=Retry(attempts=3, first=1, longest=1))
        with database() as store:
            put(store, opened())
            for _ in range(5):
                postman(store, channel, clock).round()
                clock.forward(10)
            assert len(channel.sent) == 3
            assert outcomes(store) == {"given-up": 1}

    @pytest.mark.parametrize("error", [ValueError("N14228"), KeyError("ts"), RuntimeError(), AssertionError()])
    def test_a_channel_that_raises_costs_one_try_and_the_others_get_theirs(
        self, error: Exception, database: OpenDatabase
    ) -> None:
        def fail() -> None:
            if len(channel.sent) == 0:
                channel.sent.append((opened(), None))
                raise error

        clock, channel = Clock(), Recorder(meanwhile=fail)
        with database() as store:
            put(store, opened(), replace(opened(), key="3" * 64, thread="another"))
            tally = postman(store, channel, clock).round()
            assert (tally.later, tally.sent, tally.lost) == (1, 1, 0)
            clock.forward(60)
            assert postman(store, channel, clock).round().sent == 1
            assert outcomes(store) == {"sent": 2}

    def test_a_conversation_that_was_begun_anew_goes_on_there(self, database: OpenDatabase) -> None:
        places = [Sent(reference={"ts": "1"}), Sent(reference={"ts": "2"}), Sent(reference={"ts": "2"})]
        clock, channel = Clock(), Recorder(outcomes=list(places))
        with database() as store:
            put(store, opened(), replace(opened(), key="2" * 64), replace(opened(), key="3" * 64))
            assert postman(store, channel, clock).round().sent == 3
        assert [reference for _, reference in channel.sent] == [None, {"ts": "1"}, {"ts": "2"}]

    def test_what_is_refused_is_not_tried_again(self, database: OpenDatabase) -> None:
        clock, channel = Clock(), Recorder(outcomes=[Refused(why="it answered 400")])
        with database() as store:
            put(store, opened())
            assert postman(store, channel, clock).round().lost == 1
            clock.forward(86_400)
            assert postman(store, channel, clock).round().lost == 0
            assert outcomes(store) == {"refused": 1}

    def test_a_channel_that_was_taken_out_of_the_settings_loses_its_letters_and_says_so(
        self, database: OpenDatabase
    ) -> None:
        with database() as store:
            put(store, opened())
            assert Postman(store, {}, Clock(), structlog.get_logger()).round().lost == 1

    def test_the_end_of_what_was_never_told_is_not_told(self, database: OpenDatabase) -> None:
        earlier = replace(resolved(), at=NOW + timedelta(days=1))
        channel = Recorder()
        with database() as store:
            put(store, earlier)
            assert postman(store, channel, Clock()).round().nothing == 1
        assert channel.sent == []

    def test_who_was_never_told_is_told_aloud(self, database: OpenDatabase) -> None:
        channel = Recorder()
        with database() as store:
            put(store, quiet())
            postman(store, channel, Clock()).round()
        assert [notice.quiet for notice, _ in channel.sent] == [False]

    def test_a_muted_incident_is_written_down_and_told_to_nobody(self, database: OpenDatabase) -> None:
        with database() as store:
            with store.transaction() as connection:
                until = NOW + timedelta(hours=1)
                mute = Mute(contract="flights", check="departures_known", until=until, why="repairing", by="ada")
                number = mutes.add(connection, mute, NOW)
                assert mutes.current(connection, NOW) == (replace(mute, id=number),)
            told = record(store, breach(8))
            assert (told.opened, told.muted, told.enqueued) == (1, 1, 0)
            after = record(store, breach(9), now=NOW + timedelta(hours=2))
            assert (after.repeated, after.enqueued) == (1, 1)
            with store.transaction() as connection:
                assert not mutes.lift(connection, number, NOW + timedelta(hours=2))

    def test_alertmanager_hears_of_every_incident_where_people_hear_of_a_dozen(self, database: OpenDatabase) -> None:
        many = [tails(8, segment=(("carrier", f"C{number:02}"),)) for number in range(LINES_MAX + 3)]
        told = {"type": "alertmanager", "url": "http://127.0.0.1:1", "everything": True}
        with database() as store:
            record(store, *many, alerting=Alerting.model_validate({"channels": {"hook": told}}))
            with store.transaction() as connection:
                letter = outbox.lease(connection, "me", NOW, 60)
        assert letter is not None
        assert letter.notice is not None
        assert (len(letter.notice.lines), letter.notice.more) == (LINES_MAX + 3, 0)

    def test_lives_are_measured_from_the_first_receipt(self, database: OpenDatabase) -> None:
        clock, channel = Clock(), Recorder()
        ready = NOW - timedelta(minutes=4)
        with database() as store:
            record(store, breach(8, ready_at=ready, on_breach=OnBreach.WARN))
            clock.forward(7)
            postman(store, channel, clock).round()
            good = [breach(day, outcome=Ended.HOLDS, on_breach=OnBreach.WARN) for day in (9, 10)]
            assert record(store, *good, now=NOW + timedelta(hours=3)).resolved == 1
            with store.transaction() as connection:
                (life,) = incidents.lives(connection, NOW - timedelta(days=1))
        assert (life.ready_at, life.opened_at) == (ready, NOW)
        assert life.notified_at == NOW + timedelta(seconds=7)
        assert (life.ended_at, life.ended) == (NOW + timedelta(hours=3), "resolved")

    def test_it_is_notified_by_the_first_letter_that_a_channel_took_and_not_by_how_long_that_one_waited(
        self, database: OpenDatabase
    ) -> None:
        clock, channel = Clock(), Recorder(outcomes=[Refused(why="it answered 400")])
        with database() as store:
            record(store, breach(8))
            assert postman(store, channel, clock).round().lost == 1
            clock.forward(86_400)
            record(store, breach(9), now=clock.now)
            clock.forward(5)
            assert postman(store, channel, clock).round().sent == 1
            with store.transaction() as connection:
                (life,) = incidents.lives(connection, NOW)
        assert life.notified_at == NOW + timedelta(seconds=86_405)

    def test_a_letter_that_was_written_before_an_incident_opened_tells_nobody_of_it(
        self, database: OpenDatabase
    ) -> None:
        clock, many = Clock(), [tails(8, segment=(("carrier", f"C{number:02}"),)) for number in range(LINES_MAX + 1)]
        with database() as store:
            record(store, *many)
            clock.forward(60)
            record(store, breach(8), now=clock.now)
            later = Recorder(outcomes=[Sent(reference={"ts": "1"}), Later(why="it answered 503", seconds=60)])
            postman(store, later, clock).round()
            with store.transaction() as connection:
                told = {life.opened_at: life.notified_at for life in incidents.lives(connection, NOW)}
        assert told[NOW + timedelta(seconds=60)] is None

    def test_a_run_that_looks_back_is_measured_by_the_clock(self, database: OpenDatabase) -> None:
        clock = Clock(now=NOW + timedelta(days=4000))
        with database() as store:
            with store.alone() as connection:
                moment = Moment(now=NOW, at=clock.now)
                desk = Desk(connection=connection, contracts={"flights": FLIGHTS}, alerting=ALERTING, moment=moment)
                desk.record(Run(findings=(breach(8),)))
            clock.forward(7)
            postman(store, Recorder(), clock).round()
            with store.transaction() as connection:
                _, notify, repair = promises(connection, {"flights": FLIGHTS}, clock.now)
        assert (notify.n, notify.longest) == (1, 7)
        assert (repair.n, repair.still, repair.still_longest) == (0, 1, 7)

    def test_a_contract_has_one_thread_until_all_of_it_is_over(self, database: OpenDatabase) -> None:
        warn = OnBreach.WARN
        with database() as store:
            record(store, breach(8, on_breach=warn))
            with store.transaction() as connection:
                first = incidents.thread_of(connection, "flights")
            record(store, tails(9))
            with store.transaction() as connection:
                assert incidents.thread_of(connection, "flights") == first
            good = [one(day, outcome=Ended.HOLDS, on_breach=warn) for one in (breach, tails) for day in (10, 11)]
            record(store, *good)
            with store.transaction() as connection:
                assert incidents.thread_of(connection, "flights") is None
            record(store, breach(12, on_breach=warn))
            with store.transaction() as connection:
                assert incidents.thread_of(connection, "flights") not in (None, first)

    def test_the_end_of_a_contract_that_is_gone_is_told_where_it_was_told_of(self, database: OpenDatabase) -> None:
        told = {"type": "webhook", "url": "http://127.0.0.1:1"}
        alerting = Alerting.model_validate(
            {"channels": {"departure-control": told, "hook": told, "all": {**told, "everything": True}}}
        )
        support = SupportChannel(channel="hook", tool="webhook", scope="issues")
        contracts = {"flights": replace(FLIGHTS, support=(support,), consumers=(), members=())}
        clock, channel = Clock(), Recorder()
        with database() as store:
            with store.alone() as connection:
                moment = Moment(now=NOW, at=NOW)
                desk = Desk(connection=connection, contracts=contracts, alerting=alerting, moment=moment)
                assert desk.record(Run(findings=(breach(8),))).enqueued == 2
            Postman(store, dict.fromkeys(("hook", "all"), channel), clock, structlog.get_logger()).round()
            later = NOW + timedelta(days=30)
            run = Run(reach=Reach.ESTATE)
            with store.alone() as connection:
                desk = Desk(connection=connection, contracts={}, alerting=alerting, moment=Moment(now=later, at=later))
                done = desk.record(run, unspoken(run, {}, later))
                assert desk.record(run, unspoken(run, {}, later)) == Recorded()
            assert (done.resolved, done.enqueued) == (1, 2)
            with store.transaction() as connection:
                (life,) = incidents.lives(connection, NOW)
        assert (life.ended_at, life.ended) == (later, "retired")

    def test_what_ended_long_ago_is_forgotten_and_what_is_open_is_not(self, database: OpenDatabase) -> None:
        later = NOW + timedelta(days=500)
        with database() as store:
            record(store, breach(8), tails(8), *(tails(day, outcome=Ended.HOLDS) for day in (9, 10)))
            postman(store, Recorder(), Clock()).round()
            with store.alone() as connection:
                for part in (incidents, outbox, mutes):
                    part.forget(connection, later)
                kept = incidents.load(connection)
                assert [told.key.check for told in kept] == ["departures_known"]
                assert outbox.stock(connection) == {}
