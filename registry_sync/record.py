"""The record of ownership: what sync writes beside the rules in ``<raw>-contract``, and reads back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry_sync.state import Access, Operation, Record, Resource

ANNOTATION: Final = "x-sluice"
RECORD: Final = "x-sluice-sync"
SUFFIX: Final = "-contract"


def with_record(
    schema: Mapping[str, Any], estate: str, subjects: Iterable[str], access: Iterable[Access]
) -> dict[str, Any]:
    """The rules schema with the record of what sync has made for it."""
    noted = {"estate": estate, "subjects": sorted(subjects), "access": [_noted(one) for one in sorted(access)]}
    return {**schema, RECORD: noted}


def read_record(subject: str, text: str) -> Record | None:
    """The record in a subject's text; None where the text carries no annotation and so is none of ours."""
    try:
        schema = json.loads(text)
        annotation = schema[ANNOTATION]
        topics = tuple(str(annotation[key]) for key in ("raw", "validated", "deadLetter"))
        contract, version = str(annotation["contract"]), str(annotation["version"])
    except (ValueError, KeyError, TypeError):
        return None
    noted = schema.get(RECORD)
    if not isinstance(noted, dict):
        return Record(subject=subject, contract=contract, version=version, estate=None, topics=topics)
    return Record(
        subject=subject,
        contract=contract,
        version=version,
        estate=str(noted.get("estate")),
        topics=topics,
        subjects=tuple(str(name) for name in noted.get("subjects", ())),
        access=tuple(_read(one) for one in noted.get("access", ())),
    )


def _noted(access: Access) -> list[str]:
    pattern = "prefixed" if access.prefixed else "literal"
    return [access.principal, access.operation.value, access.resource.value, pattern, access.name]


def _read(noted: list[str]) -> Access:
    principal, operation, resource, pattern, name = noted
    return Access(
        principal=principal,
        operation=Operation(operation),
        resource=Resource(resource),
        name=name,
        prefixed=pattern == "prefixed",
    )
