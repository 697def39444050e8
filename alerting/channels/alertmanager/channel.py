"""Sends notices to Alertmanager: the same alert may be sent as often as one likes."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import orjson

from alerting.channels.alertmanager.render import alerts
from alerting.channels.alertmanager.section import Alertmanager
from alerting.channels.http import Poster
from alerting.channels.outcome import Outcome, Reference, Retry
from sluice.incident.notice import Notice


class AlertmanagerChannel:
    """One Alertmanager; ``target`` is not used, it routes by labels."""

    def __init__(self, section: Alertmanager, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.retry = Retry(attempts=section.attempts)
        self._section = section
        self._clock = clock
        self._poster = Poster(self.retry, timeout_seconds=section.timeout_seconds)

    def send(self, notice: Notice, target: str, reference: Reference | None) -> Outcome:
        """Post every line as an alert."""
        del target, reference
        told = orjson.dumps(alerts(notice, self._clock(), self._section.catalogue))
        return self._poster.post(f"{self._section.url}/api/v2/alerts", told, self._login())

    def close(self) -> None:
        """Close the connections."""
        self._poster.close()

    def _login(self) -> dict[str, str]:
        if self._section.token:
            return {"Authorization": f"Bearer {self._section.token.get_secret_value()}"}
        if self._section.username and self._section.password:
            pair = f"{self._section.username}:{self._section.password.get_secret_value()}"
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        return {}
