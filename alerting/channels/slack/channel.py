"""Sends notices to Slack: posts the root, brings it up to date, and replies in its thread."""

from typing import Final

import httpx
import orjson
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from alerting.channels.http import Poster
from alerting.channels.outcome import Later, Outcome, Reference, Refused, Retry, Sent
from alerting.channels.slack.render import reply, root
from alerting.channels.slack.section import Slack
from sluice.incident.notice import Notice

AGAIN: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"})


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
            return self._begin(notice, place) if not reference else self._go_on(notice, reference)
        except SlackApiError as error:
            return _outcome(error)
        except (SlackClientError, OSError) as error:
            return Later(why=f"it cannot be reached ({type(error).__name__})")

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

    def _go_on(self, notice: Notice, reference: Reference) -> Sent:
        """The update first: it may be made twice, and the reply is made once."""
        told = root(notice)
        place, ts = reference["channel"], reference["ts"]
        try:
            self._client.chat_update(channel=place, ts=ts, text=told["text"], blocks=told["blocks"])
        except SlackApiError as error:
            if _code(error) not in GONE:
                raise
        if not notice.quiet and (answer := reply(notice)):
            metadata = {"event_type": "sluice_notice", "event_payload": {"key": notice.key}}
            self._client.chat_postMessage(
                channel=place, thread_ts=ts, text=answer["text"], metadata=metadata, unfurl_links=False
            )
        return Sent(reference=reference)


def _outcome(error: SlackApiError) -> Later | Refused:
    """Slack says what is wrong by a word; its other texts are not told."""
    code = _code(error)
    status = getattr(error.response, "status_code", httpx.codes.OK)
    if code in AGAIN or status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        asked = dict(getattr(error.response, "headers", None) or {}).get("Retry-After", "")
        return Later(why=f"it answered {code}", seconds=float(asked) if str(asked).isdigit() else None)
    return Refused(why=f"it answered {code}")


def _code(error: SlackApiError) -> str:
    response = error.response
    code = str(response.get("error", "")) if hasattr(response, "get") else ""
    return code if code and code.replace("_", "").isalnum() and code.isascii() else "an error"
