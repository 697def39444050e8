"""Contracts and an environment's settings -> what the platform should hold. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from connections.registry import Reference, Schema
from registry_sync.access import wanted_access
from registry_sync.record import SUFFIX
from registry_sync.settings import SyncSettings
from registry_sync.state import Desired, Override, Owner, Role, Subject
from registry_sync.topics import wanted_topics
from sluice.compile.rules import rules_schema
from sluice.compile.structure import structure_schema
from sluice.compile.text import canonical
from sluice.contract.model import Contract, SchemaObject
from sluice.contract.stream import Compatibility, Source, Stream

RETIRED: Final = "retired"


def desire(contracts: tuple[Contract, ...], settings: SyncSettings, *, acls: bool, whole: bool = False) -> Desired:
    """The desired state of contracts without problems; a retired contract is in scope and wants nothing.

    ``acls`` says whether access rules are managed in this run at all; ``whole`` that there are no other contracts.
    """
    living = tuple(contract for contract in contracts if contract.status != RETIRED)
    streamed = tuple(
        (contract, described, described.stream)
        for contract in living
        for described in contract.objects
        if described.stream is not None
    )
    access = (
        (f"{stream.raw}{SUFFIX}", one)
        for contract, _, stream in streamed
        for one in wanted_access(contract, stream, settings.access)
    )
    return Desired(
        contracts=tuple(sorted({contract.id for contract in contracts})),
        estate=settings.sync.estate,
        whole=whole,
        subjects=tuple(subject for each in streamed for subject in _subjects(*each)),
        topics=tuple(topic for each in streamed for topic in wanted_topics(owner(*each[:2]), each[2], settings.topics)),
        access=tuple(sorted(set(access))) if acls else None,
    )


def owner(contract: Contract, described: SchemaObject) -> Owner:
    """The owner of everything that this object wants."""
    return Owner(contract=contract.id, object=described.name, version=contract.version, file=contract.file)


def _subjects(contract: Contract, described: SchemaObject, stream: Stream) -> Iterator[Subject]:
    owned = owner(contract, described)
    override = Override(version=stream.breaks.version, reason=stream.breaks.reason) if stream.breaks else None
    references = tuple(
        Reference(name=named.name, subject=named.subject, version=named.version) for named in stream.references
    )
    for suffix, role, schema in _structures(contract, described, stream):
        for topic in (stream.raw, stream.validated):
            yield Subject(
                name=f"{topic}{suffix}",
                role=role,
                level=stream.compatibility,
                schema=Schema(text=canonical(schema), references=references if role is Role.STRUCTURE else ()),
                owner=owned,
                override=override,
            )
    rules = Schema(text=canonical(rules_schema(contract, described)))
    yield Subject(name=f"{stream.raw}{SUFFIX}", role=Role.RULES, level=Compatibility.NONE, schema=rules, owner=owned)


def _structures(
    contract: Contract, described: SchemaObject, stream: Stream
) -> Iterator[tuple[str, Role, dict[str, Any]]]:
    structure = structure_schema(contract, described)
    yield "-value", Role.STRUCTURE, structure
    key = _key_schema(described, structure)
    if key is not None and stream.source is Source.CDC:
        yield "-key", Role.KEY, key


def _key_schema(described: SchemaObject, structure: dict[str, Any]) -> dict[str, Any] | None:
    """The primary key's fields as a closed object, in the order of their positions; None without a primary key."""
    keyed = [field for field in described.fields if field.primary_key_position is not None]
    names = [field.name for field in sorted(keyed, key=lambda field: field.primary_key_position or 0)]
    if not names:
        return None
    return {
        "$schema": structure["$schema"],
        "title": f"{described.name}.key",
        "type": "object",
        "properties": {name: structure["properties"][name] for name in names},
        "required": names,
        "additionalProperties": False,
    }
