"""The ``x-sluice`` annotation of a rules schema: all that judging needs to know beside the schema itself."""

from typing import Final, Literal

import msgspec

ANNOTATION: Final = "x-sluice"


class NotAContract(Exception):  # noqa: N818 - said of a text, in the words of the design
    """The text of a ``<raw>-contract`` subject is no contract; the message says why."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule across fields, in CEL."""

    id: str
    cel: str
    severity: str = "error"
    enforce: Literal["on", "observe"] = "on"
    description: str = ""


class Enforcement(msgspec.Struct, frozen=True, kw_only=True):
    """Whether violations reject: for the contract, and for producers by name."""

    default: Literal["on", "observe"] = "on"
    producers: dict[str, Literal["on", "observe"]] = {}


class Annotation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The parsed annotation; pointers are RFC 6901, with ``*`` for any array index or map key."""

    format: Literal[1]
    contract: str
    version: str
    object: str
    encoding: Literal["plain", "confluent", "auto"]
    source: Literal["direct", "cdc"]
    replica_identity_full: bool
    raw: str
    validated: str
    dead_letter: str
    event_time: str | None
    tombstones: Literal["pass", "reject"]
    unknown_fields: Literal["allow", "warn", "reject"]
    producer_header: str | None
    primary_key: tuple[str, ...]
    classified: tuple[str, ...]
    enforce: Enforcement
    observed: tuple[str, ...]
    rules: tuple[Rule, ...]


def annotation_of(schema: object) -> Annotation:
    """Parse the annotation of a decoded rules schema; NotAContract says what is missing or of the wrong type."""
    if not isinstance(schema, dict) or ANNOTATION not in schema:
        raise NotAContract(f"the schema carries no {ANNOTATION} annotation")
    try:
        return msgspec.convert(schema[ANNOTATION], Annotation)
    except msgspec.ValidationError as wrong:
        raise NotAContract(f"the {ANNOTATION} annotation is not one: {wrong}") from None
