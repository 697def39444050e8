"""The record of ownership: what sync writes beside the rules in ``<raw>-contract``, and reads back."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from registry_sync.state import Access, Operation, Record, Resource
from sluice.terminal import Fault

ANNOTATION: Final = "x-sluice"
RECORD: Final = "x-sluice-sync"
SUFFIX: Final = "-contract"


def with_record(schema: Mapping[str, Any], record: Record) -> dict[str, Any]:
    """The rules schema with the record of what sync has made for it, and of the topics that it claims."""
    noted = {
        "estate": record.estate,
        "subjects": sorted(record.subjects),
        "topics": sorted(record.topics),
        "access": [_noted(one) for one in sorted(record.access)],
    }
    return {**schema, RECORD: noted}


def read_record(subject: str, text: str) -> Record | None:
    """The record in a subject's text; None where the text carries no annotation and so is none of ours.

    Raises Fault for a record that is there and cannot be read: what it protects, nobody could know.
    """
    try:
        schema = json.loads(text)
        annotation = schema[ANNOTATION]
        topics = tuple(str(annotation[key]) for key in ("raw", "validated", "deadLetter"))
        contract, version = str(annotation["contract"]), str(annotation["version"])
    except (ValueError, KeyError, TypeError):
        return None
    plain = Record(subject=subject, contract=contract, version=version, estate=None, topics=topics)
    if RECORD not in schema:
        return plain
    match schema[RECORD]:
        case {"estate": str(estate), "subjects": [*subjects], "access": [*access], **more}:
            try:
                noted = tuple(map(_read, access))
                claimed = tuple(dict.fromkeys((*topics, *_names(more.get("topics", [])))))
                return replace(plain, estate=estate, subjects=_names(subjects), topics=claimed, access=noted)
            except ValueError:
                pass
    raise Fault(
        f"{RECORD} in the subject {subject} cannot be read, so nobody knows what an apply made for it: was it written "
        "by hand, or by a newer release? register its text of before again, or delete the subject (softly)"
    )


def _noted(access: Access) -> list[str]:
    pattern = "prefixed" if access.prefixed else "literal"
    return [access.principal, access.operation.value, access.resource.value, pattern, access.name]


def _read(noted: object) -> Access:
    match noted:
        case [str(principal), str(operation), str(resource), "prefixed" | "literal" as pattern, str(name)]:
            return Access(
                principal=principal,
                operation=Operation(operation),
                resource=Resource(resource),
                name=name,
                prefixed=pattern == "prefixed",
            )
    raise ValueError("no access rule")


def _names(noted: object) -> tuple[str, ...]:
    if isinstance(noted, list) and all(isinstance(name, str) for name in noted):
        return tuple(noted)
    raise ValueError("no list of names")
