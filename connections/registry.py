"""The schema registry as Sluice sees it: the Confluent-compatible REST API, answers as values."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from connections.http import Answer, Http
from connections.registry_faults import Incompatible, InvalidSchema, RegistryFailed, RegistryNonsense
from connections.settings import Registry as RegistrySettings
from sluice.contract.stream import Compatibility

SOFT_DELETED_ALREADY: Final = 40406


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reference:
    """A schema of another subject that this schema names."""

    name: str
    subject: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What is registered: a text, its type (JSON, AVRO, PROTOBUF) and the references it needs."""

    text: str
    type: str = "JSON"
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaVersion:
    """One registered version of a subject. ``id`` is the registry's, across subjects."""

    subject: str
    version: int
    id: int
    schema: Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class CompatibilityAnswer:
    """What the registry says about a schema it was not yet given; several registries give no messages."""

    compatible: bool
    messages: tuple[str, ...] = ()


class Registry:
    """A client of the registry; raises the faults of ``connections.registry_faults`` and nothing else."""

    def __init__(
        self,
        settings: RegistrySettings,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = Http(settings, transport=transport, sleep=sleep)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The root of the API."""
        return self._http.url

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def subjects(self) -> tuple[str, ...]:
        """Names of all living subjects, sorted."""
        doing = "listing subjects"
        body = self._http.ask("GET", "/subjects", doing).body
        if not isinstance(body, list) or not all(isinstance(name, str) for name in body):
            raise RegistryNonsense(self.url, doing, "something that is no list of names")
        return tuple(sorted(body))

    def versions(self, subject: str) -> tuple[int, ...]:
        """Version numbers of a subject, oldest first; empty where there is no such subject."""
        doing = f"listing the versions of {subject}"
        answer = self._http.ask("GET", f"/subjects/{_in_path(subject)}/versions", doing)
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        self._refuse(answer, doing)
        if not isinstance(answer.body, list) or not all(isinstance(number, int) for number in answer.body):
            raise RegistryNonsense(self.url, doing, "something that is no list of numbers")
        return tuple(answer.body)

    def latest(self, subject: str) -> SchemaVersion | None:
        """The latest version of a subject, None where there is no such subject."""
        return self.version(subject, "latest")

    def version(self, subject: str, version: int | str) -> SchemaVersion | None:
        """One version of a subject, None where there is no such version."""
        doing = f"reading {subject} version {version}"
        answer = self._http.ask("GET", f"/subjects/{_in_path(subject)}/versions/{version}", doing)
        return self._maybe_version(answer, doing)

    def lookup(self, subject: str, schema: Schema) -> SchemaVersion | None:
        """The version under which this very schema is registered, None where it is not."""
        doing = f"looking up a schema of {subject}"
        path = f"/subjects/{_in_path(subject)}?normalize=true"
        return self._maybe_version(self._http.ask("POST", path, doing, _payload(schema)), doing)

    def by_id(self, schema_id: int) -> Schema | None:
        """The schema with this id, None where there is none."""
        doing = f"reading schema {schema_id}"
        answer = self._http.ask("GET", f"/schemas/ids/{schema_id}", doing)
        if answer.status == httpx.codes.NOT_FOUND:
            return None
        self._refuse(answer, doing)
        return self._schema(answer.body, doing)

    def register(self, subject: str, schema: Schema) -> int:
        """Register and return the id; the same schema again is no new version.

        Raises Incompatible where the subject's level refuses, InvalidSchema where the registry cannot read the text.
        """
        doing = f"registering {subject}"
        path = f"/subjects/{_in_path(subject)}/versions?normalize=true"
        answer = self._http.ask("POST", path, doing, _payload(schema))
        if answer.status == httpx.codes.CONFLICT:  # with code 409 or 40901: registries agree on the status only
            raise Incompatible(subject, (answer.message,) if answer.message else ())
        if answer.status == httpx.codes.UNPROCESSABLE_ENTITY:
            raise InvalidSchema(subject, answer.message)
        self._refuse(answer, doing)
        if not isinstance(answer.body, dict) or not isinstance(answer.body.get("id"), int):
            raise RegistryNonsense(self.url, doing, "no id")
        return int(answer.body["id"])

    def check(self, subject: str, schema: Schema) -> CompatibilityAnswer:
        """Ask whether the schema would be taken as the next version; a new subject takes any."""
        doing = f"checking the compatibility of {subject}"
        path = f"/compatibility/subjects/{_in_path(subject)}/versions/latest?verbose=true"
        answer = self._http.ask("POST", path, doing, _payload(schema))
        if answer.status == httpx.codes.NOT_FOUND:
            return CompatibilityAnswer(compatible=True)
        if answer.status == httpx.codes.UNPROCESSABLE_ENTITY:
            raise InvalidSchema(subject, answer.message)
        self._refuse(answer, doing)
        if not isinstance(answer.body, dict) or not isinstance(answer.body.get("is_compatible"), bool):
            raise RegistryNonsense(self.url, doing, "no verdict")
        messages = tuple(str(message) for message in answer.body.get("messages") or ())
        return CompatibilityAnswer(compatible=answer.body["is_compatible"], messages=messages)

    def level(self, subject: str | None = None) -> Compatibility | None:
        """The level set on the subject itself (None: the registry's own), or the registry's without a subject.

        A registry that holds no level of the subject's own answers 404 or, as Apicurio does, NONE: the two cannot be
        told apart there, so whoever wants NONE sets it.
        """
        doing = f"reading the compatibility level of {subject}" if subject else "reading the compatibility level"
        answer = self._http.ask("GET", f"/config/{_in_path(subject)}" if subject else "/config", doing)
        if answer.status == httpx.codes.NOT_FOUND:
            return None
        self._refuse(answer, doing)
        told = answer.body.get("compatibilityLevel") if isinstance(answer.body, dict) else None
        if not isinstance(told, str) or told not in Compatibility.__members__:
            raise RegistryNonsense(self.url, doing, "no level")
        return Compatibility(told)

    def set_level(self, subject: str, level: Compatibility) -> None:
        """Set the subject's own compatibility level."""
        doing = f"setting the compatibility level of {subject}"
        answer = self._http.ask("PUT", f"/config/{_in_path(subject)}", doing, {"compatibility": level.value})
        self._refuse(answer, doing)

    def read_only(self) -> bool:
        """Whether the registry says of itself that it takes no writes; one without modes says no."""
        try:
            body = self._http.ask("GET", "/mode", "reading the mode").body
        except RegistryNonsense:
            return False
        return isinstance(body, dict) and str(body.get("mode", "")).startswith("READONLY")

    def delete_version(self, subject: str, version: int) -> None:
        """Delete one version softly: its id keeps resolving, and the same text registered again is a new version."""
        doing = f"deleting {subject} version {version}"
        answer = self._http.ask("DELETE", f"/subjects/{_in_path(subject)}/versions/{version}", doing)
        if answer.status != httpx.codes.NOT_FOUND and answer.code != SOFT_DELETED_ALREADY:
            self._refuse(answer, doing)

    def delete(self, subject: str) -> None:
        """Delete a subject softly: its ids keep resolving, and it can be registered again."""
        doing = f"deleting {subject}"
        answer = self._http.ask("DELETE", f"/subjects/{_in_path(subject)}", doing)
        if answer.status != httpx.codes.NOT_FOUND:  # gone already is as good as gone
            self._refuse(answer, doing)

    def _maybe_version(self, answer: Answer, doing: str) -> SchemaVersion | None:
        if answer.status == httpx.codes.NOT_FOUND:
            return None
        self._refuse(answer, doing)
        body = answer.body
        if not isinstance(body, dict):
            raise RegistryNonsense(self.url, doing, "something that is no version")
        subject, version, schema_id = body.get("subject"), body.get("version"), body.get("id")
        if not (isinstance(subject, str) and isinstance(version, int) and isinstance(schema_id, int)):
            raise RegistryNonsense(self.url, doing, "a version without subject, number or id")
        return SchemaVersion(subject=subject, version=version, id=schema_id, schema=self._schema(body, doing))

    def _schema(self, body: object, doing: str) -> Schema:
        if not isinstance(body, dict) or not isinstance(body.get("schema"), str):
            raise RegistryNonsense(self.url, doing, "no schema")
        try:
            references = tuple(
                Reference(name=str(one["name"]), subject=str(one["subject"]), version=int(one["version"]))
                for one in body.get("references") or ()
            )
        except (KeyError, TypeError, ValueError):
            raise RegistryNonsense(self.url, doing, "references that cannot be read") from None
        return Schema(text=body["schema"], type=str(body.get("schemaType") or "AVRO"), references=references)

    def _refuse(self, answer: Answer, doing: str) -> None:
        if not answer.ok:
            raise RegistryFailed(self.url, doing, answer.status, answer.message)


def _payload(schema: Schema) -> dict[str, Any]:
    references = [{"name": one.name, "subject": one.subject, "version": one.version} for one in schema.references]
    return {"schema": schema.text, "schemaType": schema.type, "references": references}


def _in_path(subject: str) -> str:
    return quote(subject, safe="")
