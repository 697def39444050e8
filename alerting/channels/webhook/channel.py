"""Sends notices to a webhook; the receiver may drop a repeated Idempotency-Key."""

import time
from collections.abc import Callable

from alerting.channels.http import Poster
from alerting.channels.outcome import Outcome, Reference, Retry
from alerting.channels.webhook.render import body, event, signature
from alerting.channels.webhook.section import Webhook
from sluice.incident.notice import Notice


class WebhookChannel:
    """One address; each notice is one POST."""

    def __init__(self, section: Webhook, *, clock: Callable[[], float] = time.time) -> None:
        self.retry = Retry(attempts=section.attempts)
        self._section = section
        self._clock = clock
        self._poster = Poster(self.retry, timeout_seconds=section.timeout_seconds, clock=clock)

    def send(self, notice: Notice, target: str, reference: Reference | None) -> Outcome:
        """Post the notice."""
        del target, reference
        content = body(notice)
        headers = {"Idempotency-Key": notice.key, "X-Sluice-Event": event(notice)}
        if self._section.signing_key:
            key = self._section.signing_key.get_secret_value().encode()
            headers["X-Sluice-Signature"] = signature(key, int(self._clock()), content)
        return self._poster.post(self._section.address, content, headers)

    def close(self) -> None:
        """Close the connections."""
        self._poster.close()
