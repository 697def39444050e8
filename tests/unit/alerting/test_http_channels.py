"""The channels that speak HTTP, each against a real receiver on this machine."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

import pytest
from pydantic import TypeAdapter

from alerting.channels.outcome import Channel, Later, Refused, Retry, Sent
from alerting.channels.slack.channel import AGAIN
from alerting.channels.slack.render import REPLY_MAX
from alerting.channels.table import channel_of
from alerting.settings import AnyChannel
from sluice.incident.decide import Step
from sluice.incident.told import State
from tests.unit.alerting.notices import opened, quiet, resolved
from tests.unit.alerting.receivers import Answer, Receiver, receiver

pytestmark = pytest.mark.thorough

SECRET = "open-sesame-4711"  # noqa: S105 - the secret that must not leak
SECTIONS: dict[str, Callable[[str], dict[str, Any]]] = {
    "slack": lambda url: {"type": "slack", "token": SECRET, "channel": "#ops", "api_url": f"{url}/api/"},
    "slack hook": lambda url: {"type": "slack", "webhook_url": f"{url}/services/{SECRET}"},
    "secret hook": lambda url: {"type": "webhook", "webhook_url": f"{url}/services/{SECRET}"},
    "pagerduty": lambda url: {"type": "pagerduty", "routing_key": SECRET, "url": f"{url}/v2/enqueue"},
    "alertmanager": lambda url: {"type": "alertmanager", "url": url, "token": SECRET},
    "webhook": lambda url: {"type": "webhook", "url": f"{url}/alerts", "signing_key": SECRET},
}
POSTED = Answer(body=b'{"ok": true, "channel": "C123", "ts": "1.5"}')
REFERENCE = {"channel": "C123", "ts": "1.5"}


def channel(name: str, url: str, **changed: Any) -> Channel:
    section: AnyChannel = TypeAdapter(AnyChannel).validate_python({**SECTIONS[name](url), **changed})
    return channel_of(section)


def slack(where: Receiver) -> Channel:
    where.otherwise = POSTED
    return channel("slack", where.url)


@pytest.mark.parametrize("name", SECTIONS)
def test_a_notice_arrives(name: str) -> None:
    with receiver(otherwise=POSTED) as where:
        assert isinstance(channel(name, where.url).send(opened(), "", None), Sent)
        assert len(where.requests) == 1


@pytest.mark.parametrize("name", SECTIONS)
def test_no_secret_is_in_a_fault_nor_in_a_body_that_needs_none(name: str) -> None:
    with receiver(otherwise=Answer(status=400, body=SECRET.encode())) as where:
        outcome = channel(name, where.url).send(opened(), "", None)
        assert isinstance(outcome, Refused)
        assert SECRET not in outcome.why
        if name != "pagerduty":  # there the key is the way in
            assert SECRET.encode() not in where.requests[0].body
    unreachable = channel(name, where.url).send(opened(), "", None)
    assert isinstance(unreachable, Later)
    assert SECRET not in unreachable.why


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_work_later_is_tried_later(name: str, status: int) -> None:
    with receiver(otherwise=Answer(status=status, headers={"Retry-After": "17"}, body=b"{}")) as where:
        outcome = channel(name, where.url).send(opened(), "", None)
    assert isinstance(outcome, Later)
    assert outcome.seconds == 17


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_what_never_works_is_refused(name: str, status: int) -> None:
    with receiver(otherwise=Answer(status=status, body=b"{}")) as where:
        assert isinstance(channel(name, where.url).send(opened(), "", None), Refused)
        assert len(where.requests) == 1


@pytest.mark.parametrize("name", sorted(SECTIONS.keys() - {"slack"}))  # its own client follows them
def test_an_alert_goes_where_it_was_addressed_to_or_nowhere(name: str) -> None:
    with receiver() as other:
        away = Answer(status=307, headers={"Location": f"{other.url}/elsewhere"})
        with receiver(otherwise=away) as where:
            assert isinstance(channel(name, where.url).send(opened(), "", None), Refused)
        assert other.requests == []


@pytest.mark.parametrize("name", SECTIONS)
def test_a_date_to_come_back_at_is_seconds(name: str) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    with receiver(otherwise=Answer(status=503, headers={"retry-after": at}, body=b"{}")) as where:
        outcome = channel(name, where.url).send(opened(), "", None)
    assert isinstance(outcome, Later)
    assert 90 < (outcome.seconds or 0) <= 100


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("\u00b2", None),
        ("-5", None),
        ("soon", None),
        ("1e9", None),
        ("9" * 40, None),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("999999999", 999999999),
    ],
)
def test_whatever_a_receiver_asks_for_is_a_bounded_wait(name: str, text: str, seconds: float | None) -> None:
    with receiver(otherwise=Answer(status=503, headers={"Retry-After": text}, body=b"{}")) as where:
        outcome = channel(name, where.url).send(opened(), "", None)
    assert isinstance(outcome, Later)
    assert outcome.seconds == seconds
    assert 5 <= Retry().wait(1, outcome.seconds) <= 3600


@pytest.mark.parametrize(
    ("attempt", "asked", "seconds"),
    [(1, None, 5), (2, None, 10), (9, None, 900), (1, 60, 60), (5, 1, 80), (1, 1e9, 3600)],
)
def test_the_wait_doubles_and_has_a_bound(attempt: int, asked: float | None, seconds: float) -> None:
    assert Retry().wait(attempt, asked) == seconds


def test_a_receiver_that_does_not_answer_in_time_is_asked_again() -> None:
    with receiver(otherwise=Answer(after_seconds=0.6)) as where:
        late = channel("webhook", where.url, timeout_seconds=0.2)
        assert late.send(opened(), "", None) == Later(why="it does not answer in time")


def test_a_webhook_is_signed_with_its_time_and_carries_the_key() -> None:
    with receiver() as where:
        channel("webhook", where.url).send(opened(), "", None)
    (request,) = where.requests
    timestamp, signature = (part.partition("=")[2] for part in request.headers["x-sluice-signature"].split(","))
    expected = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + request.body, sha256).hexdigest()
    assert signature == expected
    assert abs(int(timestamp) - datetime.now(UTC).timestamp()) < 60
    assert request.headers["idempotency-key"] == opened().key == request.json["key"]
    assert (request.path, request.headers["x-sluice-event"], request.json["event"]) == ("/alerts", "alert", "alert")


def test_slack_posts_once_then_updates_and_replies_in_the_thread() -> None:
    with receiver() as where:
        bot = slack(where)
        first = bot.send(opened(), "#departure-control", None)
        assert first == Sent(reference=REFERENCE)
        assert bot.send(resolved(), "#departure-control", REFERENCE) == Sent(reference=REFERENCE)
        told = [(request.path, request.json) for request in where.requests]
    assert [path for path, _ in told] == ["/api/chat.postMessage", "/api/chat.update", "/api/chat.postMessage"]
    assert told[0][1]["channel"] == "#departure-control"
    assert told[0][1]["metadata"]["event_payload"] == {"key": opened().key}
    assert (told[1][1]["channel"], told[1][1]["ts"]) == ("C123", "1.5")
    assert told[2][1]["thread_ts"] == "1.5"
    assert where.requests[0].headers["authorization"] == f"Bearer {SECRET}"


def test_slack_is_updated_quietly() -> None:
    with receiver() as where:
        slack(where).send(quiet(), "", REFERENCE)
        assert [request.path for request in where.requests] == ["/api/chat.update"]


@pytest.mark.parametrize("before", [(), (Answer(),)], ids=["the message", "its thread"])
def test_slack_begins_anew_where_the_message_was_deleted(before: tuple[Answer, ...]) -> None:
    word = "thread_not_found" if before else "message_not_found"
    gone = Answer(body=f'{{"ok": false, "error": "{word}"}}'.encode())
    anew = Answer(body=b'{"ok": true, "channel": "C123", "ts": "9.5"}')
    with receiver(*before, gone, anew) as where:
        where.otherwise = POSTED
        bot = channel("slack", where.url)
        assert bot.send(resolved(), "#ops", REFERENCE) == Sent(reference={"channel": "C123", "ts": "9.5"})
        first = where.requests[-1].json
        assert ("thread_ts" in first, first["channel"], "blocks" in first) == (False, "#ops", True)


def test_slack_calls_nobody_where_the_message_was_deleted_and_nothing_is_new() -> None:
    with receiver(Answer(body=b'{"ok": false, "error": "message_not_found"}')) as where:
        assert slack(where).send(quiet(), "", REFERENCE) == Sent(nothing=True)
        assert len(where.requests) == 1


def test_slack_replies_where_the_message_may_not_be_updated_any_more() -> None:
    with receiver(Answer(body=b'{"ok": false, "error": "edit_window_closed"}')) as where:
        assert slack(where).send(resolved(), "", REFERENCE) == Sent(reference=REFERENCE)
        assert where.requests[1].json["thread_ts"] == "1.5"


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"", b"[1]", b'{"ok": false}'])
def test_an_answer_that_is_not_slacks_is_tried_later(body: bytes) -> None:
    with receiver(otherwise=Answer(body=body)) as where:
        assert isinstance(channel("slack", where.url).send(opened(), "", None), Later)


@pytest.mark.parametrize("word", sorted(AGAIN))
def test_slack_says_by_a_word_that_it_may_work_later(word: str) -> None:
    with receiver(otherwise=Answer(body=f'{{"ok": false, "error": "{word}"}}'.encode())) as where:
        assert channel("slack", where.url).send(opened(), "", None) == Later(why=f"it answered {word}")


@pytest.mark.parametrize("word", ["channel_not_found", "invalid_auth", "msg_blocks_too_long"])
def test_slack_says_by_a_word_that_it_never_works(word: str) -> None:
    with receiver(otherwise=Answer(body=f'{{"ok": false, "error": "{word}"}}'.encode())) as where:
        assert channel("slack", where.url).send(opened(), "", None) == Refused(why=f"it answered {word}")


def test_slack_without_a_place_is_refused() -> None:
    assert isinstance(channel("slack", "http://127.0.0.1:1", channel="").send(opened(), "", None), Refused)


def test_a_hook_of_slack_is_not_called_for_what_only_goes_on() -> None:
    with receiver() as where:
        hook = channel("slack hook", where.url)
        assert hook.send(quiet(), "", {}) == Sent(nothing=True)
        assert isinstance(hook.send(resolved(), "", {}), Sent)
        assert len(where.requests) == 1


def test_pagerduty_triggers_and_resolves_by_one_key() -> None:
    with receiver(otherwise=Answer(status=202)) as where:
        pager = channel("pagerduty", where.url)
        assert isinstance(pager.send(opened(), "", None), Sent)
        assert isinstance(pager.send(resolved(), "", {}), Sent)
        assert pager.send(quiet(), "", {}) == Sent(nothing=True)
    actions = [(request.json["event_action"], request.json["dedup_key"]) for request in where.requests]
    assert actions == [("trigger", f"sluice-{opened().thread}"), ("resolve", f"sluice-{opened().thread}")]


def test_alertmanager_hears_until_when_an_alert_lives() -> None:
    with receiver() as where:
        one = channel("alertmanager", where.url)
        one.send(opened(), "", None)
        one.send(resolved(), "", {})
    first, last = (request.json[0] for request in where.requests)
    ends = datetime.fromisoformat(first["endsAt"])
    assert timedelta(minutes=119) < ends - datetime.now(UTC) < timedelta(minutes=121), "two runs, each an hour"
    assert datetime.fromisoformat(last["endsAt"]) <= datetime.now(UTC)
    assert where.requests[0].path == "/api/v2/alerts"
    assert where.requests[0].headers["authorization"] == f"Bearer {SECRET}"


def test_slack_never_replies_without_a_word() -> None:
    with receiver() as where:
        bare = replace(opened(), lines=tuple(replace(line, step=Step.NOTHING) for line in opened().lines))
        assert isinstance(slack(where).send(bare, "", REFERENCE), Sent)
        assert [request.path for request in where.requests] == ["/api/chat.update"]


def test_slack_says_how_many_a_reply_leaves_out() -> None:
    lines = tuple(replace(opened().lines[1], id=f"{at:010}", description="x" * 280) for at in range(12))
    with receiver() as where:
        slack(where).send(replace(opened(), lines=lines, more=3), "", REFERENCE)
        text = where.requests[1].json["text"]
    shown = text.count("*opened*")
    assert 0 < shown < 12
    assert text.endswith(f"{12 - shown + 3} more are not shown")
    assert len(text) <= REPLY_MAX


def test_pagerduty_is_called_for_a_new_incident_behind_many_that_somebody_has() -> None:
    lines = tuple(replace(opened().lines[1], state=State.ACKNOWLEDGED) for _ in range(12))
    with receiver(otherwise=Answer(status=202)) as where:
        pager = channel("pagerduty", where.url)
        pager.send(replace(opened(), lines=lines, more=1), "", {})
        pager.send(replace(opened(), lines=lines, acknowledged=True), "", {})
    assert [request.json["event_action"] for request in where.requests] == ["trigger", "acknowledge"]
