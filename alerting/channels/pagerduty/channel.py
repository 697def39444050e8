"""Sends notices to PagerDuty; the deduplication key makes a repeated one harmless."""

from typing import Final

import orjson

from alerting.channels.http import Poster
from alerting.channels.outcome import Outcome, Reference, Refused, Retry, Sent
from alerting.channels.pagerduty.render import event
from alerting.channels.pagerduty.section import PagerDuty
from sluice.incident.notice import Notice

AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})  # 400 is final, 202 is taken


class PagerDutyChannel:
    """One integration: ``target`` is not used, a service is chosen by the routing key."""

    def __init__(self, section: PagerDuty) -> None:
        self.retry = Retry(again=AGAIN, attempts=section.attempts)
        self._section = section
        self._poster = Poster(self.retry, timeout_seconds=section.timeout_seconds)

    def send(self, notice: Notice, target: str, reference: Reference | None) -> Outcome:
        """Trigger, acknowledge or resolve."""
        del target
        if self._section.routing_key is None:
            return Refused(why="no routing key is set up")
        told = event(notice, self._section.routing_key.get_secret_value(), told=reference is not None)
        if told is None:
            return Sent(nothing=True)
        return self._poster.post(self._section.url, orjson.dumps(told), {})

    def close(self) -> None:
        """Close the connections."""
        self._poster.close()
