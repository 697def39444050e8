"""The closed list of reasons for which a record is rejected, each with its stage and its sentence."""

from typing import Final

from sluice.verdict.model import Stage

TOO_LARGE: Final = "TOO_LARGE"
TOMBSTONE_NOT_ALLOWED: Final = "TOMBSTONE_NOT_ALLOWED"
EMPTY_VALUE: Final = "EMPTY_VALUE"
FRAME_MISSING: Final = "FRAME_MISSING"
FRAME_NOT_ALLOWED: Final = "FRAME_NOT_ALLOWED"
FRAME_TRUNCATED: Final = "FRAME_TRUNCATED"
NOT_UTF8: Final = "NOT_UTF8"
MALFORMED_JSON: Final = "MALFORMED_JSON"
NESTED_TOO_DEEP: Final = "NESTED_TOO_DEEP"
CDC_NO_ENVELOPE: Final = "CDC_NO_ENVELOPE"
CDC_UNKNOWN_OP: Final = "CDC_UNKNOWN_OP"
CDC_NO_ROW: Final = "CDC_NO_ROW"
CDC_ROW_AFTER_DELETE: Final = "CDC_ROW_AFTER_DELETE"
CDC_BAD_KEY: Final = "CDC_BAD_KEY"
SCHEMA_VIOLATION: Final = "SCHEMA_VIOLATION"
RULE_VIOLATION: Final = "RULE_VIOLATION"
JUDGE_FAILED: Final = "JUDGE_FAILED"  # a defect of ours, told as a verdict: an exception would stop the stream

STAGES: Final[dict[str, Stage]] = {
    TOO_LARGE: Stage.SIZE,
    TOMBSTONE_NOT_ALLOWED: Stage.WIRE,
    EMPTY_VALUE: Stage.WIRE,
    FRAME_MISSING: Stage.WIRE,
    FRAME_NOT_ALLOWED: Stage.WIRE,
    FRAME_TRUNCATED: Stage.WIRE,
    NOT_UTF8: Stage.DECODE,
    MALFORMED_JSON: Stage.DECODE,
    NESTED_TOO_DEEP: Stage.DECODE,
    CDC_NO_ENVELOPE: Stage.ENVELOPE,
    CDC_UNKNOWN_OP: Stage.ENVELOPE,
    CDC_NO_ROW: Stage.ENVELOPE,
    CDC_ROW_AFTER_DELETE: Stage.ENVELOPE,
    CDC_BAD_KEY: Stage.ENVELOPE,
    SCHEMA_VIOLATION: Stage.SCHEMA,
    RULE_VIOLATION: Stage.RULE,
    JUDGE_FAILED: Stage.RULE,
}

SENTENCES: Final[dict[str, str]] = {
    TOO_LARGE: "the value is larger than the validated topic can hold",
    TOMBSTONE_NOT_ALLOWED: "the value is null, and the contract takes no tombstones",
    EMPTY_VALUE: "the value has no bytes",
    FRAME_MISSING: "the contract asks for Confluent framing: neither a frame nor a __value_schema_id header is there",
    FRAME_NOT_ALLOWED: "the value is framed with a schema id, and the contract asks for plain JSON",
    FRAME_TRUNCATED: "the frame ends before its schema id, or nothing follows it",
    NOT_UTF8: "the value is not UTF-8",
    MALFORMED_JSON: "the value is not JSON (RFC 8259)",
    NESTED_TOO_DEEP: "the value nests deeper than 255 levels",
    CDC_NO_ENVELOPE: "the value is no Debezium change event: it has no op",
    CDC_UNKNOWN_OP: "the change event's op is none of c, r, u, d, t, m",
    CDC_NO_ROW: "the change event lacks the row that its op promises",
    CDC_ROW_AFTER_DELETE: "the change event is a delete, yet it has a row after it",
    CDC_BAD_KEY: "the delete's key does not identify a row of the contract",
    SCHEMA_VIOLATION: "the record does not meet the contract's schema",
    RULE_VIOLATION: "the record breaks a rule of the contract",
    JUDGE_FAILED: "the judge itself failed on this record: a defect of Sluice, please report it",
}
