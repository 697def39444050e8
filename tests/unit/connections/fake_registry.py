"""A registry in memory that behaves like the real one, also in what is odd about it; with faults to switch on.

Proven against the real registry by the suite in tests/integration/registry_sync.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

import httpx

from connections.registry import Registry
from connections.settings import Registry as RegistrySettings
from sluice.compat import reasons
from sluice.contract.stream import Compatibility

URL = "http://127.0.0.1:1/api"


class Ill(StrEnum):
    """What can be wrong with a registry."""

    DOWN = "down"
    SLOW = "slow"
    NOBODY = "401"
    FORBIDDEN = "403"
    READ_ONLY = "read-only"
    HTML = "html"
    WRONG_PATH = "wrong path"
    REDIRECT = "redirect"
    NO_SHAPE = "json of another shape"
    DROPS_ANNOTATIONS = "drops annotations"
    DROPS_LEVELS = "drops levels"


@dataclass
class Kept:
    version: int
    id: int
    body: dict[str, Any]
    deleted: bool = False


@dataclass
class FakeRegistry:
    """The state, the faults, and a count of the writes; ``fails_at`` answers that write and all later ones with 500."""

    level: Compatibility = Compatibility.BACKWARD
    messages: bool = False
    subjects: dict[str, list[Kept]] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    ill: Ill | None = None
    fails_at: int | None = None
    writes: int = 0
    requests: list[str] = field(default_factory=list)

    def client(self, **settings: Any) -> Registry:
        """A client of this registry that never sleeps."""
        return Registry(
            RegistrySettings(url=URL, **settings), transport=httpx.MockTransport(self.answer), sleep=lambda _: None
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        """One request, faults first."""
        self.requests.append(f"{request.method} {request.url.path}")
        faulty = self._faulty(request)
        if faulty is not None:
            return faulty
        self.writes += _writes(request)
        if _writes(request) and self.fails_at is not None and self.writes >= self.fails_at:
            return httpx.Response(500, json={"error_code": 50001, "message": "Error in the backend data store"})
        path = request.url.raw_path.decode().partition("?")[0].removeprefix("/api")
        parts = tuple(unquote(part) for part in path.strip("/").split("/"))
        body = json.loads(request.content) if request.content else {}
        status, told = self._route(request.method, parts, body)
        return httpx.Response(status, json=told)

    def _faulty(self, request: httpx.Request) -> httpx.Response | None:
        if self.ill is Ill.DOWN:
            raise httpx.ConnectError("[Errno 111] Connection refused", request=request)
        if self.ill is Ill.SLOW:
            raise httpx.ReadTimeout("timed out", request=request)
        if self.ill is Ill.READ_ONLY and _writes(request):
            return httpx.Response(422, json={"error_code": 42205, "message": "Subject is in read-only mode"})
        simple = {
            Ill.NOBODY: httpx.Response(401, text="<html>log in</html>"),
            Ill.FORBIDDEN: httpx.Response(403, json={"error_code": 40301, "message": "User is denied"}),
            Ill.HTML: httpx.Response(200, html="<html>Welcome</html>"),
            Ill.WRONG_PATH: httpx.Response(404, html="<html>no such page</html>"),
            Ill.REDIRECT: httpx.Response(302, headers={"location": "https://elsewhere.example/login"}),
            Ill.NO_SHAPE: httpx.Response(200, json={"greeting": "hello"}),
        }
        return simple.get(self.ill) if self.ill else None

    def _route(self, method: str, parts: tuple[str, ...], body: dict[str, Any]) -> tuple[int, Any]:
        for verb, pattern, handler in ROUTES:
            if (
                verb == method
                and len(pattern) == len(parts)
                and all(p in ("*", q) for p, q in zip(pattern, parts, strict=True))
            ):
                captured = [part for slot, part in zip(pattern, parts, strict=True) if slot == "*"]
                answered: tuple[int, Any] = handler(self, *captured, *([body] if verb in ("POST", "PUT") else []))
                return answered
        return 404, {"error_code": 404, "message": "HTTP 404 Not Found"}

    def _subjects(self) -> tuple[int, Any]:
        return 200, [name for name in self.subjects if self._living(name)]

    def _mode(self) -> tuple[int, Any]:
        return 200, {"mode": "READONLY" if self.ill is Ill.READ_ONLY else "READWRITE"}

    def _own_level(self) -> tuple[int, Any]:
        return 200, {"compatibilityLevel": self.level.value}

    def _set_level(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        if self.ill is not Ill.DROPS_LEVELS:
            self.levels[name] = body["compatibility"]
        return 200, body

    def _versions(self, name: str) -> tuple[int, Any]:
        living = self._living(name)
        return (200, [kept.version for kept in living]) if living else self._no_subject(name)

    def _by_id(self, number: str) -> tuple[int, Any]:
        found = next((kept for all_ in self.subjects.values() for kept in all_ if kept.id == int(number)), None)
        return (200, found.body) if found else (404, {"error_code": 40403, "message": "Schema not found"})

    def _living(self, name: str) -> list[Kept]:
        return [kept for kept in self.subjects.get(name, []) if not kept.deleted]

    def _no_subject(self, name: str) -> tuple[int, Any]:
        return 404, {"error_code": 40401, "message": f"Subject '{name}' not found."}

    def _level(self, name: str) -> tuple[int, Any]:
        if name in self.levels:
            return 200, {"compatibilityLevel": self.levels[name]}
        return self._no_subject(name)

    def _version(self, name: str, version: str) -> tuple[int, Any]:
        living = self._living(name)
        if not living:
            return self._no_subject(name)
        kept = living[-1] if version == "latest" else next((k for k in living if k.version == int(version)), None)
        return (200, self._told(name, kept)) if kept else (404, {"error_code": 40402, "message": "Version not found."})

    def _told(self, name: str, kept: Kept) -> dict[str, Any]:
        return {"subject": name, "version": kept.version, "id": kept.id, **kept.body}

    def _kept_body(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.ill is not Ill.DROPS_ANNOTATIONS:
            return body
        schema = {key: value for key, value in json.loads(body["schema"]).items() if not key.startswith("x-")}
        return {**body, "schema": json.dumps(schema)}

    def _register(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        if not _discovered(body["schema"]):
            return 422, {"error_code": 42201, "message": "Failed to discover artifact type from content."}
        body = self._kept_body(body)
        for kept in self._living(name):
            if kept.body == body:
                return 200, {"id": kept.id}
        refused = self._refused(name, body)
        if refused:
            return 409, {"error_code": 409, "message": f"Incompatible artifact: {refused[0]}"}
        spelled = json.dumps(body, sort_keys=True)
        schema_id = self.ids.setdefault(spelled, len(self.ids) + 1)
        versions = self.subjects.setdefault(name, [])
        versions.append(Kept(version=len(versions) + 1, id=schema_id, body=body))
        return 200, {"id": schema_id}

    def _lookup(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        if not self._living(name):
            return self._no_subject(name)
        found = next((kept for kept in self._living(name) if kept.body == body), None)
        return (200, self._told(name, found)) if found else (404, {"error_code": 40403, "message": "Schema not found"})

    def _check(self, name: str, body: dict[str, Any]) -> tuple[int, Any]:
        if not self._living(name):
            return self._no_subject(name)
        refused = self._refused(name, body)
        told: dict[str, Any] = {"is_compatible": not refused}
        return 200, told | ({"messages": list(refused)} if self.messages else {})

    def _refused(self, name: str, body: dict[str, Any]) -> tuple[str, ...]:
        level = Compatibility(self.levels.get(name, self.level.value))
        against = self._living(name) if level.value.endswith("TRANSITIVE") else self._living(name)[-1:]
        new = json.loads(body["schema"])
        return tuple(
            difference.sentence
            for kept in against
            for difference in reasons(level, json.loads(kept.body["schema"]), new)
        )

    def _delete(self, name: str) -> tuple[int, Any]:
        living = self._living(name)
        if not living:
            return self._no_subject(name)
        for kept in living:
            kept.deleted = True
        return 200, [kept.version for kept in living]

    def _delete_version(self, name: str, number: str) -> tuple[int, Any]:
        version = int(number)
        kept = next((kept for kept in self.subjects.get(name, []) if kept.version == version), None)
        if kept is None:
            return 404, {"error_code": 40402, "message": "Version not found."}
        if kept.deleted:
            return 409, {"error_code": 40406, "message": "Schema is already soft deleted"}
        kept.deleted = True
        return 200, version


ROUTES: tuple[tuple[str, tuple[str, ...], Callable[..., tuple[int, Any]]], ...] = (
    ("GET", ("subjects",), FakeRegistry._subjects),
    ("GET", ("mode",), FakeRegistry._mode),
    ("GET", ("config",), FakeRegistry._own_level),
    ("GET", ("config", "*"), FakeRegistry._level),
    ("PUT", ("config", "*"), FakeRegistry._set_level),
    ("GET", ("subjects", "*", "versions"), FakeRegistry._versions),
    ("GET", ("subjects", "*", "versions", "*"), FakeRegistry._version),
    ("POST", ("subjects", "*", "versions"), FakeRegistry._register),
    ("POST", ("subjects", "*"), FakeRegistry._lookup),
    ("DELETE", ("subjects", "*"), FakeRegistry._delete),
    ("DELETE", ("subjects", "*", "versions", "*"), FakeRegistry._delete_version),
    ("POST", ("compatibility", "subjects", "*", "versions", "latest"), FakeRegistry._check),
    ("GET", ("schemas", "ids", "*"), FakeRegistry._by_id),
)


def _fits(slot: str, part: str) -> bool:
    return slot in ("*", part)


def _writes(request: httpx.Request) -> bool:
    return request.method in ("PUT", "DELETE") or (request.method == "POST" and request.url.path.endswith("/versions"))


def _discovered(text: str) -> bool:
    """The real registry takes a text for JSON Schema by these words alone."""
    try:
        return bool({"$schema", "properties"} & json.loads(text).keys())
    except ValueError:
        return False
