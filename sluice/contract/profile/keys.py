"""The profile: every custom property with ``vendor: sluice``, where it may stand and what it may say.

Each value is a JSON Schema, for three readers: the linter, the editor (completion) and the test of the reference page.
"""

from typing import Any, Final

Schema = dict[str, Any]

CONTRACT: Final = "the contract"
OBJECT: Final = "an object"
FIELD: Final = "a field"
QUALITY: Final = "a quality rule"
SERVICE_LEVEL: Final = "a service level"


def _text(description: str, **more: object) -> Schema:
    return {"type": "string", "minLength": 1, "description": description, **more}


def _choice(description: str, *words: str) -> Schema:
    return {"type": "string", "enum": list(words), "description": description}


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _number(description: str, **more: object) -> Schema:
    return {"type": "number", "description": description, **more}


def _count(description: str, minimum: int = 1, **more: object) -> Schema:
    return {"type": "integer", "minimum": minimum, "description": description, **more}


def _mapping(description: str, keys: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": keys,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(description: str, item: Schema) -> Schema:
    return {"type": "array", "description": description, "items": item, "minItems": 1}


def _duration(description: str) -> Schema:
    return {
        "type": "string",
        "format": "duration",
        "description": f"{description} ISO 8601, in weeks or shorter units.",
    }


def _topic(description: str) -> Schema:
    return {
        "type": "string",
        "pattern": r"^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$",
        "errorMessage": "a topic is named with letters, digits, '.', '_' and '-', at most 249 of them",
        "description": description,
    }


def _principal(description: str) -> Schema:
    return {
        "type": "string",
        "pattern": "^[A-Za-z]+:[^ ]+$",
        "errorMessage": "write the principal as the broker knows it: User:delay-prediction",
        "description": description,
    }


ENFORCE: Final = _choice(
    "on: what breaks the rule is rejected; observe: it is only counted and shown.", "on", "observe"
)
WINDOW: Final = _duration("The span of event time that is judged as one.")
SEGMENTS: Final = _list("Fields whose values split the window: each value is judged by itself.", _text("A field."))
ON_BREACH: Final = _choice("What a breach does to the period: hold, warn or none.", "hold", "warn", "none")
SEVERITY: Final = _choice("How grave a breach is; only an error wakes anybody.", "error", "warning", "info")

TOPICS: Final = _mapping(
    "What the contract asks of its topics; what is left out comes from the environment.",
    {
        "partitions": _count("Partitions of raw and validated.", maximum=10_000),
        "retention": {
            "anyOf": [
                _duration("How long records stay."),
                {"type": "string", "const": "forever", "description": "Records stay."},
            ],
            "description": "How long records stay: an ISO 8601 duration, or forever.",
        },
        "cleanupPolicy": _choice("delete, compact, or both.", "delete", "compact", "compact,delete"),
        "maxMessageBytes": _count(
            "The largest record in bytes that a producer may write.", minimum=1024, maximum=100 << 20
        ),
    },
)

STREAM: Final = _mapping(
    "The object is a stream: its topics, how its records arrive, how strictly they are taken.",
    {
        "raw": _topic("What producers write. Default: physicalName without .validated, with .raw."),
        "deadLetter": _topic("What broke the contract. Default: ... .dead-letter."),
        "parking": _topic("Dead letters that no replay could save. Default: ... .parking."),
        "source": _choice("direct: a record is the row; cdc: it is Debezium's envelope of the row.", "direct", "cdc"),
        "encoding": _choice("How the payload is framed; auto takes plain and framed.", "plain", "confluent", "auto"),
        "eventTime": _text("The field that says when it happened: a required timestamp."),
        "landingPeriod": _duration("The unit of event time that is judged, held or promoted."),
        "landingTimezone": {"type": "string", "format": "timezone", "description": "The zone that days are cut in."},
        "allowedLateness": _duration("How much later than its event time a record may come and still be on time."),
        "producerHeader": _text("The header that names the producing application and its release: app/1.4."),
        "unknownFields": _choice("What happens to fields that are not declared.", "allow", "warn", "reject"),
        "compatibility": _choice(
            "The level that the registry holds versions to.",
            *("NONE", "BACKWARD", "BACKWARD_TRANSITIVE", "FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"),
        ),
        "tombstones": _choice("What happens to records whose value is null.", "pass", "reject"),
        "enforce": {
            "anyOf": [
                ENFORCE,
                _mapping(
                    "Enforcement in general, and for producers by the name that producerHeader gives them.",
                    {
                        "default": ENFORCE,
                        "producers": {
                            "type": "object",
                            "description": "Producer name -> on or observe.",
                            "minProperties": 1,
                            "additionalProperties": ENFORCE,
                        },
                    },
                ),
            ],
            "description": "Whether the contract rejects, or is only observed.",
        },
        "replicaIdentityFull": _flag("With source cdc: whether updates and deletes carry the whole row before."),
        "topics": TOPICS,
        "breaks": _mapping(
            "A recorded break: the one major version that may break the compatibility level.",
            {
                "version": _text("The contract's version that breaks: 2.0.0."),
                "reason": _text("Why, for reviewers."),
            },
            required=("version", "reason"),
        ),
        "references": _list(
            "Schemas of other subjects that the structure rests on; the registry keeps them from being deleted.",
            _mapping(
                "A reference.",
                {
                    "subject": _text("The subject that holds the schema."),
                    "version": _count("Its version."),
                    "name": _text("What the schema calls it. Default: the subject."),
                },
                required=("subject", "version"),
            ),
        ),
    },
)

CONSUMERS: Final = _list(
    "Who uses the data, and which fields: told of breaches that touch them, and of nothing else.",
    _mapping(
        "A consumer.",
        {
            "name": _text("Its name."),
            "contact": _text("A channel or an address."),
            "uses": _list("What it uses: object, or object.field.", _text("object or object.field")),
            "criticality": _choice("How much it hurts when the data is late or wrong.", "low", "medium", "high"),
            "principal": _principal("As whom it reads the validated topic."),
        },
        required=("name", "uses"),
    ),
)

PRODUCERS: Final = _list(
    "Who writes the raw topics.",
    _mapping(
        "A producer.",
        {
            "name": _text("Its name, as producerHeader gives it before the slash."),
            "contact": _text("A channel or an address."),
            "principal": _principal("As whom it writes the raw topics."),
        },
        required=("name",),
    ),
)

OWNERS: Final = _mapping(
    "As whom the owners read dead letters.",
    {"principal": _principal("The owners' principal.")},
    required=("principal",),
)

WATCH: Final[Schema] = {
    "anyOf": [
        {"type": "string", "const": "all", "description": "Every column."},
        _mapping(
            "Which columns, and how sure an alarm has to be.",
            {
                "fields": _list("The columns; all without it.", _text("A field.")),
                "falseAlarmRate": {
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "maximum": 0.5,
                    "description": "The share of windows in which anything may alarm though nothing changed.",
                },
                "lookback": _count("How many earlier windows are the history.", maximum=366),
                "minPoints": _count("With fewer earlier windows nothing is judged."),
                "onBreach": ON_BREACH,
            },
        ),
    ],
    "description": "Watch columns against their own history: counts, nulls, distribution and volume.",
}

CALENDAR: Final = _mapping(
    "The local days on which a time of day is promised.",
    {
        "days": _list("Weekdays (RFC 5545).", _choice("A weekday.", "MO", "TU", "WE", "TH", "FR", "SA", "SU")),
        "except": _list("Days without the promise.", {"type": "string", "format": "date", "description": "A day."}),
    },
)

CLOCK: Final = ("event", "appended", "judged", "landed")

PROFILE: Final[dict[str, dict[str, Schema]]] = {
    CONTRACT: {
        "productionUse": _flag("Whether production depends on it."),
        "consumers": CONSUMERS,
        "producers": PRODUCERS,
        "owners": OWNERS,
    },
    OBJECT: {"stream": STREAM, "watch": WATCH},
    FIELD: {
        "presence": _choice(
            "value: there, not null; nullable: there, may be null; absent: never null, if there; optional: either.",
            *("value", "nullable", "absent", "optional"),
        ),
        "enforce": ENFORCE,
    },
    QUALITY: {"window": WINDOW, "segmentBy": SEGMENTS, "onBreach": ON_BREACH, "enforce": ENFORCE},
    SERVICE_LEVEL: {
        "window": WINDOW,
        "from": _choice("The clock that the level starts from.", *CLOCK),
        "to": _choice("The clock that the level is measured to.", *CLOCK),
        "timezone": {"type": "string", "format": "timezone", "description": "The zone of a time of day."},
        "calendar": CALENDAR,
        "severity": SEVERITY,
        "onBreach": ON_BREACH,
    },
}
