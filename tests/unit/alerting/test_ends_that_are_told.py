"""An end is told wherever the beginning was, whatever the contract says of it by then, and nowhere else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerting.deliver import clock, deliver
from alerting.settings import AlertSettings
from alerting.store import mutes
from alerting.store.database import Database
from sluice.contract.model import Contract
from sluice.finding.model import Finding, Outcome, Severity
from sluice.finding.run import Run
from sluice.incident.mute import Mute
from tests.unit.alerting.notices import FLIGHTS, breach, stale, tails
from tests.unit.alerting.receivers import Answer, receiver
from tests.unit.alerting.test_deliver import hook, settings
from tests.unit.incident.findings import NOW

pytestmark = pytest.mark.thorough


def run(given: AlertSettings, *findings: Finding, contract: Contract = FLIGHTS) -> None:
    deliver(Run(findings=findings), {"flights": contract}, given, NOW)


def good(plain: Finding, **changed: Any) -> tuple[Finding, ...]:
    later = (stale(day).window for day in (9, 10))
    return tuple(replace(plain, outcome=Outcome.HOLDS, window=one, period=None, **changed) for one in later)


def test_what_called_as_an_error_ends_although_the_contract_says_warning_by_then(tmp_path: Path) -> None:
    with receiver() as where:
        pager = {"type": "pagerduty", "routing_key": "r", "url": where.url, "everything": True}
        given = settings(tmp_path, {"pager": pager})
        run(given, stale(7))
        run(given, stale(8, severity=Severity.WARNING))
        run(given, *good(stale(severity=Severity.WARNING)))
        assert [request.json["event_action"] for request in where.requests] == ["trigger", "resolve"]


@pytest.mark.parametrize(
    "changed", [{"production_use": False}, {"support": (), "members": ()}], ids=["production", "support"]
)
def test_who_is_named_no_more_hears_of_the_end(tmp_path: Path, changed: dict[str, Any]) -> None:
    with receiver(otherwise=Answer(body=b'{"ok": true, "channel": "C1", "ts": "1.5"}')) as where:
        given = settings(tmp_path, {"chat": {"type": "slack", "token": "t", "api_url": where.url}})
        owners = replace(FLIGHTS, consumers=())
        run(given, stale(), contract=owners)
        run(given, *good(stale()), contract=replace(owners, **changed))
        assert "all is well again" in where.requests[-1].json["text"]


def test_consumers_that_nobody_knows_any_more_hear_of_the_end_of_what_they_were_told_and_of_nothing_else(
    tmp_path: Path,
) -> None:
    reports = replace(FLIGHTS.consumers[0], contact="hook", uses=("flight.tailnum",))
    before = replace(FLIGHTS, consumers=(reports,), support=())
    with receiver() as where:
        given = settings(tmp_path, {"hook": hook(where.url, everything=False)})
        delay = stale(fields=("arr_delay",))
        run(given, delay, tails(segment=()), contract=before)
        run(given, *good(delay), *good(tails(segment=())), contract=replace(before, consumers=()))
        begun, ended = (request.json for request in where.requests)
    assert [line["check"] for line in begun["lines"]] == ["tail_numbers_known"]
    assert ([line["check"] for line in ended["lines"]], ended["over"]) == (["tail_numbers_known"], True)
    assert ended["audience"] == "consumers"


@pytest.mark.parametrize("at_once", [True, False], ids=["in one run", "in two"])
def test_what_came_and_went_while_it_was_muted_is_told_to_nobody(tmp_path: Path, *, at_once: bool) -> None:
    with receiver() as where:
        given = settings(tmp_path, {"hook": hook(where.url)})
        run(given, tails(segment=()))
        silence = Mute(contract="flights", check="sla.latency", until=clock().replace(year=9000), why="moved", by="ada")
        with Database(given.alerting.database) as database, database.alone() as connection:
            mutes.add(connection, silence, NOW)
        if at_once:
            run(given, stale(), *good(stale()))
        else:
            run(given, stale())
            run(given, *good(stale()))
        assert len(where.requests) == 1


def test_what_opened_while_it_was_muted_is_told_once_by_the_next_run_after_the_mute(tmp_path: Path) -> None:
    with receiver() as where:
        given = settings(tmp_path, {"hook": hook(where.url)})
        with Database(given.alerting.database) as database:
            with database.alone() as connection:
                until = clock().replace(year=9000)
                number = mutes.add(connection, Mute(contract="flights", until=until, why="moved", by="ada"), NOW)
            run(given, breach())
            run(given, breach())
            with database.alone() as connection:
                mutes.lift(connection, number, clock())
        assert where.requests == []
        for _ in range(2):
            run(given, breach())
        (told,) = (request.json for request in where.requests)
    assert (told["event"], told["lines"][0]["periods"]) == ("alert", ["2013-02-08"])
