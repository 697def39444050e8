"""One-shot delivery from findings to a receiver, as `sluice sla run` calls it."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from alerting.deliver import deliver
from alerting.settings import Alerting, AlertSettings
from connections.settings import masked
from connections.sources import Sources, load
from local_stack.ports import free_port
from sluice.finding.action import Action, Done
from sluice.finding.model import Outcome
from sluice.finding.run import Run
from sluice.terminal import Fault
from tests.unit.alerting.notices import FLIGHTS, breach, stale, tails
from tests.unit.alerting.receivers import Answer, receiver
from tests.unit.incident.findings import NOW

pytestmark = pytest.mark.thorough

CONTRACTS = {"flights": FLIGHTS}


def settings(folder: Path, channels: dict[str, Any], **more: Any) -> AlertSettings:
    told = {"database": f"sqlite:///{folder / 'alerting.sqlite'}", "channels": channels, "patience_seconds": 0, **more}
    return AlertSettings(alerting=Alerting.model_validate(told))


def hook(url: str, **more: Any) -> dict[str, Any]:
    return {"type": "webhook", "url": url, "everything": True, **more}


def test_a_month_is_told_once_with_what_was_done_and_resolved_when_its_periods_are_published(tmp_path: Path) -> None:
    month = [breach(day, outcome=Outcome.BREACHED if day in (8, 9) else Outcome.HOLDS) for day in range(1, 29)]
    held = [
        Action(
            contract="flights",
            object="flight",
            period=f"2013-02-{day:02}",
            what=Done.HELD if day in (8, 9) else Done.PROMOTED,
        )
        for day in range(1, 29)
    ]
    published = [
        Action(contract="flights", object="flight", period=f"2013-02-0{day}", what=Done.PROMOTED) for day in (8, 9)
    ]
    with receiver() as where:
        given = settings(tmp_path, {"hook": hook(where.url)})
        first = deliver(Run(findings=tuple(month), actions=tuple(held)), CONTRACTS, given, NOW)
        assert (first.opened, first.sent, first.waiting, first.lost) == (1, 1, 0, 0)
        assert deliver(Run(findings=tuple(month), actions=tuple(held)), CONTRACTS, given, NOW).sent == 0
        last = deliver(Run(actions=tuple(published)), CONTRACTS, given, NOW)
        assert (last.resolved, last.sent) == (1, 1)
        opened, resolved = (request.json for request in where.requests)
    assert opened["lines"][0]["periods"] == ["2013-02-08", "2013-02-09"]
    assert opened["done"][0] == "held 2013-02-08, 2013-02-09"
    assert (resolved["event"], resolved["thread"]) == ("resolved", opened["thread"])


def test_many_breaches_of_a_contract_are_one_message_and_later_ones_join_its_thread(tmp_path: Path) -> None:
    carriers = [tails(segment=(("carrier", name),)) for name in ("AA", "B6", "DL", "UA", "WN")]
    with receiver() as where:
        given = settings(tmp_path, {"hook": hook(where.url)})
        deliver(
            Run(
                findings=(
                    breach(),
                    *carriers,
                )
            ),
            CONTRACTS,
            given,
            NOW,
        )
        deliver(Run(findings=(stale(9),)), CONTRACTS, given, NOW)
        first, second = (request.json for request in where.requests)
    assert len(first["lines"]) == 6
    assert first["headline"] == "flights: flight.departures_known breached, 1 period held, and 5 more"
    assert second["thread"] == first["thread"]
    assert second["lines"][0]["check"] == "sla.latency", "the root comes first, also when it comes late"


def test_consumers_hear_of_their_fields_alone(tmp_path: Path) -> None:
    with receiver(otherwise=Answer(body=b'{"ok": true, "channel": "C1", "ts": "1.5"}')) as where:
        chat = {"type": "slack", "token": "t", "api_url": where.url}
        done = deliver(Run(findings=(breach(),)), CONTRACTS, settings(tmp_path, {"chat": chat}), NOW)
        places = [request.json["channel"] for request in where.requests]
    assert places == ["#departure-control"], "delay-prediction does not use dep_time"
    assert done.unrouted == (
        "flights: the contact 'reports@example.com' of consumer 'punctuality-report' reaches no channel that is set up",
    )


def test_a_receiver_that_is_down_keeps_its_letter_waiting_and_the_others_get_theirs(tmp_path: Path) -> None:
    with receiver() as where:
        down = hook(f"http://127.0.0.1:{free_port()}")
        given = settings(tmp_path, {"down": down, "hook": hook(where.url)})
        done = deliver(Run(findings=(breach(),)), CONTRACTS, given, NOW)
    assert (done.sent, done.waiting) == (1, 1)


def test_a_receiver_that_asks_for_patience_gets_it_within_bounds(tmp_path: Path) -> None:
    with receiver(Answer(status=503, headers={"Retry-After": "1"})) as where:
        given = settings(tmp_path, {"hook": hook(where.url)}, patience_seconds=20)
        assert deliver(Run(findings=(breach(),)), CONTRACTS, given, NOW).sent == 1
        assert len(where.requests) == 2
        keys = {request.headers["idempotency-key"] for request in where.requests}
    assert len(keys) == 1


def test_only_errors_call_where_only_errors_are_asked_for(tmp_path: Path) -> None:
    with receiver() as where:
        given = settings(tmp_path, {"hook": hook(where.url, severity_min="error")})
        assert deliver(Run(findings=(tails(),)), CONTRACTS, given, NOW).enqueued == 0
        assert (
            deliver(
                Run(
                    findings=(
                        tails(9),
                        breach(9),
                    )
                ),
                CONTRACTS,
                given,
                NOW,
            ).sent
            == 1
        )
        assert [line["check"] for line in where.requests[0].json["lines"]] == ["departures_known"]


def test_a_new_major_version_ends_the_incidents_of_the_old_as_superseded(tmp_path: Path) -> None:
    with receiver() as where:
        given = settings(tmp_path, {"hook": hook(where.url)})
        deliver(Run(findings=(breach(),)), CONTRACTS, given, NOW)
        done = deliver(Run(findings=(breach(9, version="2.0.0", outcome=Outcome.HOLDS),)), CONTRACTS, given, NOW)
        told = where.requests[1].json
    assert (done.resolved, told["over"], told["lines"][0]["step"]) == (1, True, "superseded")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"database": "mysql://x/y"}, "neither SQLite nor Postgres"),
        ({"database": "postgresql://u:word@h/d"}, "holds a password"),
        ({"database": "postgresql://u@h/d?password=word"}, "holds a password"),
        ({"flink_url": "http://u:p@h:8081"}, "holds a user or a password"),
        ({"flink_url": "flink:8081"}, "URL scheme"),
        (
            {"channels": {"am": {"type": "alertmanager", "url": "http://h", "catalogue": "http://u:p@h"}}},
            "holds a user or a password",
        ),
        ({"opens": "3of2"}, "write 2of3"),
        ({"every": "P1M"}, "no duration"),
        ({"mark_key": "short"}, "can be guessed"),
        ({"not_production": ["nobody"]}, "no such channel"),
        ({"channels": {"hook": {"type": "webhook", "url": "http://u:p@h"}}}, "holds a user or a password"),
        ({"channels": {"hook": {"type": "webhook"}}}, "needs a url, or a webhook_url"),
        ({"channels": {"chat": {"type": "slack"}}}, "a token or a webhook_url"),
        ({"channels": {"pager": {"type": "pagerduty"}}}, "needs a routing_key"),
        ({"channels": {"Chat!": {"type": "webhook", "url": "http://h"}}}, "pattern"),
        ({"channels": {"am": {"type": "alertmanager", "url": "http://h", "token": "t"}}}, "in the clear"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Alerting.model_validate(wrong)


def test_a_channels_secret_comes_from_the_environment_or_a_file_and_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sluice.toml"
    file.write_text(
        '[alerting.channels.team-chat]\ntype = "slack"\n[alerting.channels.pager]\ntype = "pagerduty"\n', "utf-8"
    )
    (tmp_path / "key").write_text("routing-word\n")
    monkeypatch.setenv("SLUICE_ALERTING_TEAM_CHAT_TOKEN", "token-word")
    monkeypatch.setenv("SLUICE_ALERTING_PAGER_ROUTING_KEY_FILE", str(tmp_path / "key"))
    read = load(AlertSettings, Sources(file=file))
    told = str(masked(read))
    assert "token-word" not in told
    assert "routing-word" not in told
    chat, pager = read.alerting.channels["team-chat"], read.alerting.channels["pager"]
    assert chat.type == "slack"
    assert chat.token is not None
    assert chat.token.get_secret_value() == "token-word"
    assert pager.type == "pagerduty"
    assert pager.routing_key is not None
    assert pager.routing_key.get_secret_value() == "routing-word"


def test_a_secret_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sluice.toml"
    file.write_text('[alerting.channels.chat]\ntype = "slack"\ntoken = "token-word"\n', "utf-8")
    with pytest.raises(Fault, match=r"alerting.channels.chat.token is a secret"):
        load(AlertSettings, Sources(file=file))
