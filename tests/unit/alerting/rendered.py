"""Every channel's payload of a notice as text, for golden files and for the search for leaks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import orjson

from alerting.channels.alertmanager.render import alerts
from alerting.channels.email.render import Envelope, message
from alerting.channels.pagerduty.render import event
from alerting.channels.slack.render import reply, root
from alerting.channels.webhook.render import body
from sluice.incident.notice import Notice

AT: Final = datetime(2013, 3, 3, 12, 0, 5, tzinfo=UTC)


def pretty(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"


def mail(notice: Notice, root_id: str | None = None) -> str:
    envelope = Envelope(sender="sluice@example.com", recipients=("owner@example.com",), at=AT, root=root_id)
    return message(notice, envelope).as_bytes().decode("ascii")


RENDERED: Final[dict[str, Callable[[Notice], str]]] = {
    "slack.json": lambda notice: pretty({"root": root(notice), "reply": reply(notice)}),
    "pagerduty.json": lambda notice: pretty(event(notice, "R0UT1NGKEY", told=True)),
    "alertmanager.json": lambda notice: pretty(alerts(notice, AT, "https://example.com/catalogue")),
    "webhook.json": lambda notice: pretty(orjson.loads(body(notice))),
    "email.eml": lambda notice: mail(notice, "<root@example.com>" if notice.over else None),
}
