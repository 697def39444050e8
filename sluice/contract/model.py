"""The contract as a value: everything the rest of Sluice may ask of it, parsed once."""

from dataclasses import dataclass, field
from enum import StrEnum

from sluice.contract.quality import Calendar, QualityRule, Watch
from sluice.contract.stream import Enforce, Stream
from sluice.finding.model import OnBreach, Severity
from sluice.problem import Place

Scalar = str | int | float | bool


class LogicalType(StrEnum):
    """The logical types of ODCS v3.2.0."""

    STRING = "string"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    OBJECT = "object"
    ARRAY = "array"
    MAP = "map"
    VECTOR = "vector"


class Presence(StrEnum):
    """Whether a field may be missing, and whether it may be null: two different questions.

    ``required: true`` is VALUE; ``required: false`` is OPTIONAL unless the field's ``presence`` says otherwise.
    """

    VALUE = "value"  # must be there and not null
    NULLABLE = "nullable"  # must be there, may be null
    ABSENT = "absent"  # may be left out, never null
    OPTIONAL = "optional"  # may be left out or null


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``logicalTypeOptions``: bounds are numbers for number and integer, text for date, time and timestamp."""

    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    exclusive_minimum: int | float | str | None = None
    exclusive_maximum: int | float | str | None = None
    multiple_of: int | float | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    min_properties: int | None = None
    max_properties: int | None = None
    required: tuple[str, ...] = ()
    timezone: bool | None = None
    default_timezone: str | None = None
    dimensions: int | None = None
    element_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One property of an object, at any depth. ``place`` points at its name in the file."""

    name: str
    logical_type: LogicalType
    presence: Presence
    place: Place
    options: Options = field(default_factory=Options)
    enum: tuple[Scalar, ...] = ()
    properties: tuple["Field", ...] = ()
    items: "Field | None" = None
    map_key: "Field | None" = None
    map_value: "Field | None" = None
    description: str = ""
    classification: str = ""
    primary_key_position: int | None = None
    unique: bool = False
    enforce: Enforce | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """A rule on one record: a quality rule with ``engine: cel``. It must hold, or the record is rejected."""

    id: str
    cel: str
    place: Place
    description: str = ""
    severity: str = "error"
    enforce: Enforce = Enforce.ON


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaObject:
    """One object of the contract's ``schema``: a record type, and the stream that carries it if it has one."""

    name: str
    place: Place
    physical_name: str
    fields: tuple[Field, ...]
    rules: tuple[RecordRule, ...] = ()
    quality: tuple[QualityRule, ...] = ()
    watch: Watch | None = None
    stream: Stream | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """One entry of ``slaProperties``; ``property`` is not a key: two entries may share it with other drivers.

    ``elements`` are ``object`` or ``object.field``, () the whole contract; clocks are event, appended, judged, landed;
    ``window`` is an ISO 8601 duration; ``timezone`` an IANA zone, None that of the landing.
    """

    property: str
    value: Scalar
    place: Place
    value_ext: Scalar | None = None
    unit: str = ""
    elements: tuple[str, ...] = ()
    driver: str = ""
    id: str = ""
    description: str = ""
    window: str | None = None
    from_clock: str | None = None
    to_clock: str | None = None
    timezone: str | None = None
    calendar: Calendar = field(default_factory=Calendar)
    severity: Severity = Severity.ERROR
    on_breach: OnBreach = OnBreach.WARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of the owning team."""

    username: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportChannel:
    """Where the owners are told."""

    channel: str
    tool: str = ""
    scope: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An intended consumer and the fields it uses, as ``object`` or ``object.field``."""

    name: str
    place: Place
    contact: str = ""
    uses: tuple[str, ...] = ()
    criticality: str = "medium"
    principal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One parsed contract. ``file`` is the path it was read from, as given by the caller."""

    id: str
    version: str
    file: str
    status: str
    objects: tuple[SchemaObject, ...]
    name: str = ""
    domain: str = ""
    description: str = ""
    team: str = ""
    members: tuple[Member, ...] = ()
    support: tuple[SupportChannel, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    producers: tuple[str, ...] = ()
    owner_principal: str | None = None
    production_use: bool = False
    runbook: str = ""
