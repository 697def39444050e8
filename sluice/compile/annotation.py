"""The ``x-sluice`` annotation: what the gate needs beyond JSON Schema, so that the registry alone is enough."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from sluice.compile.bounds import bound_rules
from sluice.compile.walk import Visit, visits
from sluice.contract.model import Contract, Field, LogicalType, RecordRule, SchemaObject
from sluice.contract.stream import Enforce, Stream

FORMAT: Final = 1
_OPEN: Final = frozenset({"", "public"})


def annotation(contract: Contract, described: SchemaObject) -> dict[str, Any]:
    """The annotation with all its keys, always in one order. Raises ValueError for an object without a stream."""
    stream = described.stream
    if stream is None:
        raise ValueError(f"the object '{described.name}' has no stream")
    seen = tuple(visits(described.fields))
    return {
        "format": FORMAT,
        "contract": contract.id,
        "version": contract.version,
        "object": described.name,
        "encoding": stream.encoding.value,
        "source": stream.source.value,
        "replicaIdentityFull": stream.replica_identity_full,
        "raw": stream.raw,
        "validated": stream.validated,
        "deadLetter": stream.dead_letter,
        "eventTime": _event_time(stream, described.fields),
        "tombstones": stream.tombstones.value,
        "unknownFields": stream.unknown_fields.value,
        "producerHeader": stream.producer_header,
        "primaryKey": _primary_key(seen),
        "classified": list(dict.fromkeys(visit.pointer for visit in classified(seen))),
        "enforce": _enforce(stream),
        "observed": [visit.schema_pointer for visit in seen if visit.starts_observing],
        "rules": [_rule(rule) for rule in (*bound_rules(seen), *described.rules)],
    }


def classified(seen: Iterable[Visit]) -> Iterator[Visit]:
    """Each field whose values never leave; what is within a classified field is classified as well."""
    roots: list[str] = []
    for visit in seen:
        secret = visit.field.classification.lower() not in _OPEN or _is_password(visit.field)
        if secret or any(visit.pointer.startswith(f"{root}/") for root in roots):
            roots.append(visit.pointer)
            yield visit


def _event_time(stream: Stream, fields: tuple[Field, ...]) -> str | None:
    if stream.event_time is None:
        return None
    whole = {field.name for field in fields}
    parts = [stream.event_time] if stream.event_time in whole else stream.event_time.split(".")
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)


def _primary_key(seen: tuple[Visit, ...]) -> list[str]:
    keys = [visit for visit in seen if visit.field.primary_key_position is not None and "*" not in visit.names]
    return [visit.pointer for visit in sorted(keys, key=lambda visit: visit.field.primary_key_position or 0)]


def _is_password(field: Field) -> bool:
    return field.logical_type is LogicalType.STRING and field.options.format == "password"


def _enforce(stream: Stream) -> dict[str, Any]:
    producers = {entry.producer: entry.enforce.value for entry in stream.enforce_producers}
    return {"default": stream.enforce.value, "producers": dict(sorted(producers.items()))}


def _rule(rule: RecordRule) -> dict[str, str]:
    return {
        "id": rule.id,
        "cel": rule.cel,
        "severity": rule.severity,
        "enforce": Enforce(rule.enforce).value,
        "description": rule.description,
    }
