"""The values of judging: a record goes in, a verdict comes out.

They are msgspec structs, not dataclasses: made for each failed record, a frozen dataclass costs ten times as much.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Record(Struct, frozen=True, kw_only=True):
    """A Kafka record as it came: bytes untouched, ``None`` for a null key or value."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    headers: Mapping[str, bytes | None] = {}
    timestamp_ms: int | None = None


class Stage(StrEnum):
    """Where judging stopped, in the order in which a record passes them."""

    SIZE = "size"
    WIRE = "wire"
    SCHEMA_LOOKUP = "schema-lookup"
    DECODE = "decode"
    ENVELOPE = "envelope"
    SCHEMA = "schema"
    RULE = "rule"


class Violation(Struct, frozen=True, kw_only=True):
    """One way in which a record breaks its contract.

    ``rule`` is a stable id (``dep_time.maximum``, or the name of a quality rule); ``pointer`` is an RFC 6901 pointer
    into the judged row; ``actual`` is shown only for declared, unclassified scalar fields.
    """

    rule: str
    pointer: str
    keyword: str
    expected: str
    actual: str | None = None
    severity: str = "error"


class ContractVersion(Struct, frozen=True, kw_only=True):
    """Which contract judged, in which version."""

    id: str
    version: str

    def __str__(self) -> str:
        return f"{self.id}/{self.version}"


class Valid(Struct, frozen=True, kw_only=True):
    """The record meets the contract; ``observed`` lists what would have rejected it, were it enforced."""

    contract: ContractVersion
    observed: tuple[Violation, ...] = ()


class Control(Struct, frozen=True, kw_only=True):
    """No row of data but a marker of the source (heartbeat, truncate, transaction, ...): passed on, marked."""

    contract: ContractVersion
    kind: str


class Invalid(Struct, frozen=True, kw_only=True):
    """The record breaks the contract. ``total`` counts all violations, ``violations`` holds the first of them."""

    contract: ContractVersion
    stage: Stage
    code: str
    violations: tuple[Violation, ...] = ()
    total: int = 0
    observed: tuple[Violation, ...] = ()
    schema_id: str = ""
    cdc_op: str = ""


Verdict = Valid | Control | Invalid
