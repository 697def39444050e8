"""Requests to the registry: who we are, how long we wait, how often we try, and which fault an answer is."""

import time
from collections.abc import Callable
from typing import Final

import httpx
import orjson
from httpx import codes

from connections.registry_faults import (
    RegistryDown,
    RegistryFailed,
    RegistryNonsense,
    RegistryReadOnly,
    RegistrySlow,
    RegistryUnauthorised,
)
from connections.settings import Registry as RegistrySettings
from connections.trust import trust

ANSWER_MAX_BYTES: Final = 32 * 1024 * 1024
WHOLE_ANSWER: Final = 3  # times the timeout, which counts from one piece of an answer to the next
MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
ANSWERS: Final = frozenset({codes.NOT_FOUND, codes.CONFLICT, codes.UNPROCESSABLE_ENTITY})
TRY_AGAIN: Final = frozenset(
    {codes.TOO_MANY_REQUESTS, codes.BAD_GATEWAY, codes.SERVICE_UNAVAILABLE, codes.GATEWAY_TIMEOUT}
)
READ_ONLY: Final = 42205
MESSAGE_MAX: Final = 600


class Answer:
    """A status and a JSON value: what is left of a response once its faults are told."""

    __slots__ = ("body", "code", "status")

    def __init__(self, status: int, body: object) -> None:
        self.status = status
        self.body = body
        self.code = body.get("error_code") if isinstance(body, dict) else None

    @property
    def ok(self) -> bool:
        """Whether the registry did what it was asked."""
        return codes.is_success(self.status)

    @property
    def message(self) -> str:
        """The registry's own words, cut."""
        text = str(self.body.get("message", "")) if isinstance(self.body, dict) else ""
        return text if len(text) <= MESSAGE_MAX else text[:MESSAGE_MAX] + "…"


class Http:
    """JSON over HTTP with bounded retries: every request of the API may safely be sent twice."""

    def __init__(
        self,
        settings: RegistrySettings,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = settings.url.rstrip("/")
        self._settings = settings
        self._sleep = sleep
        self._client = httpx.Client(
            auth=_auth(settings),
            headers=_headers(settings),
            timeout=settings.timeout_seconds,
            transport=transport,
            verify=trust(settings),
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, method: str, path: str, doing: str, payload: object = None) -> Answer:
        """Send and return the answer: 2xx, 404, 409 and 422 are answers, anything else is a RegistryFault.

        ``doing`` says what is asked in words ("registering flights.raw-value").
        """
        answer = self._patiently(method, path, doing, payload)
        if answer.code == READ_ONLY:
            raise RegistryReadOnly(self.url, doing)
        if answer.status in (codes.UNAUTHORIZED, codes.FORBIDDEN):
            raise RegistryUnauthorised(self.url, answer.status, doing)
        if answer.status == codes.METHOD_NOT_ALLOWED:
            raise RegistryReadOnly(self.url, doing)
        if answer.code == codes.NOT_FOUND:  # missing subjects, versions and schemas have codes of their own
            raise RegistryNonsense(self.url, doing, "404: it knows no such path")
        if answer.ok or answer.status in ANSWERS:
            return answer
        raise RegistryFailed(self.url, doing, answer.status, answer.message)

    def _patiently(self, method: str, path: str, doing: str, payload: object) -> Answer:
        for attempt in range(self._settings.retries + 1):
            last = attempt == self._settings.retries
            try:
                answer = self._once(method, path, doing, payload)
            except httpx.TimeoutException:
                if last:
                    raise RegistrySlow(self.url, self._settings.timeout_seconds, attempt + 1) from None
            except httpx.TransportError as error:
                if last:
                    raise RegistryDown(self.url, _why(error)) from None
            except httpx.DecodingError:
                raise RegistryNonsense(self.url, doing, "a body that is not compressed as its header says") from None
            else:
                if last or answer.status not in TRY_AGAIN:
                    return answer
            self._sleep(0.2 * 2**attempt)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(self, method: str, path: str, doing: str, payload: object) -> Answer:
        content = None if payload is None else orjson.dumps(payload)
        end = time.monotonic() + self._settings.timeout_seconds * WHOLE_ANSWER
        with self._client.stream(method, self.url + path, content=content) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("the answer trickles")
                if len(body) > ANSWER_MAX_BYTES:
                    raise RegistryNonsense(self.url, doing, f"more than {ANSWER_MAX_BYTES} bytes")
        return Answer(response.status_code, self._parsed(response, bytes(body), doing))

    def _parsed(self, response: httpx.Response, body: bytes, doing: str) -> object:
        status = response.status_code
        if codes.is_redirect(status):
            raise RegistryNonsense(self.url, doing, f"a redirect ({status})")
        if not codes.is_success(status) and status not in ANSWERS:
            return _json_or_none(
                self._without_secrets(body)
            )  # the status says it all; proxies put pages into such bodies
        if not body and codes.is_success(status):
            return None
        value = _json_or_none(body if codes.is_success(status) else self._without_secrets(body))
        if value is None:
            kind = response.headers.get("content-type", "no content type").split(";")[0]
            raise RegistryNonsense(self.url, doing, f"{status} and {kind} instead of JSON")
        if not codes.is_success(status) and not (isinstance(value, dict) and "error_code" in value):
            raise RegistryNonsense(self.url, doing, f"{status} without an error code")
        return value

    def _without_secrets(self, body: bytes) -> bytes:
        """An error's own words go into ours: whatever it echoes of the login is cut out."""
        for secret in (self._settings.password, self._settings.token):
            if secret and secret.get_secret_value():
                body = body.replace(secret.get_secret_value().encode(), b"***")
        return body


def _json_or_none(body: bytes) -> object:
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value


def _headers(settings: RegistrySettings) -> dict[str, str]:
    headers = {"Accept": f"{MEDIA_TYPE}, application/json", "Content-Type": MEDIA_TYPE, "User-Agent": "sluice"}
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token.get_secret_value()}"
    return headers


def _auth(settings: RegistrySettings) -> httpx.BasicAuth | None:
    if settings.username is None or settings.password is None:
        return None
    return httpx.BasicAuth(settings.username, settings.password.get_secret_value())


def _why(error: httpx.TransportError) -> str:
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted (name the authority by registry.ca_file)"
    if "refused" in text:
        return "connection refused"
    if isinstance(error, httpx.RemoteProtocolError):
        return "it closed the connection in the middle of an answer"
    return text.partition("]")[2].strip() or text or type(error).__name__
