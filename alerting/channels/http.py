"""One request to a receiver of alerts: which answers are worth another try, and no word of what was sent in faults."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import httpx

from alerting.channels.outcome import Later, Refused, Retry, Sent
from alerting.channels.retry_after import asked_seconds

TIMEOUT_SECONDS: Final = 10


class Poster:
    """Posts JSON; redirects are not followed: an alert goes where it was addressed to, or nowhere."""

    def __init__(
        self, retry: Retry, *, timeout_seconds: float = TIMEOUT_SECONDS, clock: Callable[[], float] = time.time
    ) -> None:
        self._retry = retry
        self._clock = clock
        self._client = httpx.Client(timeout=timeout_seconds, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Sent | Later | Refused:
        """Send once. The answer's text is never told: receivers echo what they were sent."""
        sent = {"Content-Type": "application/json", "User-Agent": "sluice", **headers}
        try:
            with self._client.stream("POST", url, content=content, headers=sent) as answer:
                return self._outcome(answer)
        except httpx.TimeoutException:
            return Later(why="it does not answer in time")
        except httpx.TransportError as error:
            return Later(why=f"it cannot be reached ({type(error).__name__})")
        except (httpx.InvalidURL, httpx.RequestError):
            return Refused(why="its address makes no sense")

    def _outcome(self, answer: httpx.Response) -> Sent | Later | Refused:
        status = answer.status_code
        if answer.is_success:
            return Sent()
        if status in self._retry.again:
            return Later(
                why=f"it answered {status}", seconds=asked_seconds(answer.headers.get("retry-after", ""), self._clock())
            )
        return Refused(why=f"it answered {status}")
