"""Sends notices to Slack: posts the root, brings it up to date, and replies in its thread."""

from http.client import HTTPException
from time import time
from typing import Final

import httpx
import orjson
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from alerting.channels.http import Poster
from alerting.channels.outcome import Later, Outcome, Reference, Refused, Retry, Sent
from alerting.channels.retry_after import asked_seconds
from alerting.channels.slack.render import reply, root
from alerting.channels.slack.section import Slack
from sluice.incident.notice import Notice

AGAIN: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
FIXED: Final = frozenset({"cant_update_message", "edit_window_closed"})  # it stands, and stays as it is
GONE: Final = frozenset({"message_not_found", "thread_not_found"})
NO_WORD: Final = "something else answers, or a gateway before it"


class SlackChannel:
    """A bot's token, or an incoming webhook, which has neither threads nor updates."""

    def __init__(self, section: Slack) -> None:
        self.retry = Retry(attempts=section.attempts)
        self._section = section
        self._poster = Poster(self.retry, timeout_seconds=section.timeout_seconds)
        token = section.token.get_secret_value() if section.token else None
        self._client = WebClient(
            token=token,
            base_url=section.api_url,
            timeout=max(1, round(section.timeout_seconds)),
            user_agent_prefix="sluice",
            retry_handlers=[],
        )

    def send(self, notice: Notice, target: str, reference: Reference | None) -> Outcome:
        """The first message of a conversation, or its update and a reply; a quiet notice only updates."""
        if self._section.webhook_url is not None:
            return self._hook(notice, self._section.webhook_url.get_secret_value(), known=reference is not None)
        place = target or self._section.channel
        if not place:
            return Refused(why="no channel is named, by the contract or by alerting.channels")
        try:
            return self._go_on(notice, place, reference) if reference else self._begin(notice, place)
        except SlackApiError as error:
            return _outcome(error)
        except (SlackClientError, OSError, HTTPException) as error:
            return Later(why=f"it cannot be reached ({type(error).__name__})")
        except (ValueError, AttributeError):  # what Slack's library raises where the answer is no JSON object
            return Later(why=NO_WORD)

    def close(self) -> None:
        """Close the connections."""
        self._poster.close()

    def _hook(self, notice: Notice, url: str, *, known: bool) -> Outcome:
        if notice.quiet and known:
            return Sent(nothing=True)
        return self._poster.post(url, orjson.dumps(root(notice)), {})

    def _begin(self, notice: Notice, place: str) -> Sent:
        told = root(notice)
        answer = self._client.chat_postMessage(
            channel=place,
            text=told["text"],
            blocks=told["blocks"],
            metadata={"event_type": "sluice_notice", "event_payload": {"key": notice.key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Sent(reference={"channel": str(answer["channel"]), "ts": str(answer["ts"])})

    def _go_on(self, notice: Notice, place: str, reference: Reference) -> Sent:
        """The update first: it may be made twice, and the reply is made once. A message that is gone is begun anew."""
        try:
            self._update(notice, reference)
            if not notice.quiet:
                self._reply(notice, reference)
        except SlackApiError as error:
            if _code(error) not in GONE:
                raise
            return Sent(nothing=True) if notice.quiet else self._begin(notice, place)
        return Sent(reference=reference)

    def _update(self, notice: Notice, reference: Reference) -> None:
        told = root(notice)
        try:
            self._client.chat_update(
                channel=reference["channel"], ts=reference["ts"], text=told["text"], blocks=told["blocks"]
            )
        except SlackApiError as error:
            if _code(error) not in FIXED:
                raise

    def _reply(self, notice: Notice, reference: Reference) -> None:
        told = reply(notice)
        if told is not None:
            self._client.chat_postMessage(
                channel=reference["channel"],
                thread_ts=reference["ts"],
                text=told["text"],
                metadata={"event_type": "sluice_notice", "event_payload": {"key": notice.key}},
                unfurl_links=False,
            )


def _outcome(error: SlackApiError) -> Later | Refused:
    """Slack says what is wrong by a word; its other texts are not told."""
    code = _code(error)
    status = getattr(error.response, "status_code", httpx.codes.OK)
    if code in AGAIN or status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        headers = {str(name).lower(): str(value) for name, value in dict(error.response.headers or {}).items()}
        return Later(why=f"it answered {code or status}", seconds=asked_seconds(headers.get("retry-after", ""), time()))
    if not code and status == httpx.codes.OK:
        return Later(why=NO_WORD)
    return Refused(why=f"it answered {code or status}")


def _code(error: SlackApiError) -> str:
    """Slack's word for what is wrong; empty where it says none."""
    response = error.response
    code = str(response.get("error", "")) if hasattr(response, "get") else ""
    return code if code.replace("_", "").isalnum() and code.isascii() else ""
